import { createPlatform } from "@vega/test-support";
import { execFile } from "node:child_process";
import { cpSync, existsSync, mkdirSync, readFileSync, symlinkSync } from "node:fs";
import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import sharp from "sharp";
import { expect, onTestFinished, test } from "vitest";
import { commands } from "../../apps/cli/src/commands/index.ts";

const ROOT = join(import.meta.dirname, "../..");
const PARTS = [
  "apps",
  "tools",
  "libs",
  "services",
  "config",
  "deploy",
  "package.json",
  ".env.example",
];

interface Locked {
  readonly dev?: true;
  readonly link?: true;
  readonly resolved?: string;
}

/** This checkout with the packages of a runtime install: all that npm's lockfile does not mark as development. */
async function runtimeCheckout(): Promise<string> {
  const copy = await mkdtemp(join(tmpdir(), "vega-runtime-"));
  onTestFinished(() => rm(copy, { recursive: true, force: true }));
  const isOwn = (path: string) => !/\/node_modules($|\/)|\.test\.ts$/.test(path.slice(ROOT.length));
  for (const part of PARTS) {
    cpSync(join(ROOT, part), join(copy, part), { recursive: true, filter: isOwn });
  }
  const { packages } = JSON.parse(readFileSync(join(ROOT, "package-lock.json"), "utf8")) as {
    packages: Record<string, Locked>;
  };
  for (const [path, { dev, link, resolved = "" }] of Object.entries(packages)) {
    // Nested packages are part of the outer ones.
    if (dev || !/^node_modules\/(@[^/]+\/)?[^/]+$/.test(path)) continue;
    const target = link ? join(copy, resolved) : join(ROOT, path);
    if (!existsSync(target)) continue;
    mkdirSync(dirname(join(copy, path)), { recursive: true });
    symlinkSync(target, join(copy, path));
  }
  return copy;
}

test(
  "the platform and its commands run without development dependencies",
  { timeout: 180_000 },
  async () => {
    const root = await runtimeCheckout();
    expect(existsSync(join(root, "node_modules/vitest"))).toBe(false);
    const cache = { VEGA_CACHE_DIR: join(ROOT, ".cache") };
    const platform = await createPlatform(cache, undefined, root);
    onTestFinished(() => platform.close());
    await platform.start();

    const file = (name: string) => join(platform.folder, name);
    // The child process of thumbnails needs its library, too.
    await mkdir(join(file("legacy"), "assets/dalle"), { recursive: true });
    const picture = { width: 64, height: 64, channels: 3, background: "teal" } as const;
    await sharp({ create: picture })
      .png()
      .toFile(join(file("legacy"), "assets/dalle/a.png"));
    const curated = [{ path: "/assets/dalle/a.png", title: "A", category: "Interface Design" }];
    await writeFile(file("list.json"), JSON.stringify({ curated }));
    /** Every command but `start`, which runs already, and its arguments. */
    const words: Record<string, string[]> = {
      // The import reads the file of the export.
      export: [file("crystal.json")],
      import: [file("crystal.json"), "--dry-run"],
      "reset-password": ["admin"],
      "audit verify": [],
      backup: [file("today.vega")],
      restore: [file("today.vega")],
      replay: [],
      doctor: [],
      "secrets compose": [],
      "secrets kubernetes": [],
      "library add": [join(file("legacy"), "assets")],
      "library import": ["--legacy", file("legacy"), "--list", file("list.json")],
      version: [],
      help: [],
    };
    expect(["start", ...Object.keys(words)].toSorted()).toEqual(
      commands.map(({ name }) => name).toSorted(),
    );
    const run = (name: string) =>
      new Promise<{ code: number; output: string }>((resolve) => {
        const cli = join(root, "apps/cli/src/main.ts");
        const env = {
          ...cache,
          PATH: process.env["PATH"],
          HOME: process.env["HOME"],
          VEGA_DATA_DIR: file(name === "restore" ? "restored" : "data"),
          VEGA_ADMIN_TOKEN: "a-token-for-tests-only",
        };
        const args = [cli, ...name.split(" "), ...(words[name] ?? [])];
        const nodeArgs = ["--disable-warning=ExperimentalWarning", ...args];
        execFile(process.execPath, nodeArgs, { env }, (error, stdout, stderr) =>
          resolve({ code: Number(error?.code ?? 0), output: stdout + stderr }),
        );
      });
    for (const name of Object.keys(words)) {
      const { code, output } = await run(name);
      expect(output, name).not.toMatch(/ERR_MODULE_NOT_FOUND|Cannot find package/);
      // The doctor may find a fault of this machine.
      if (name !== "doctor") expect(code, `${name}:\n${output}`).toBe(0);
    }
  },
);
