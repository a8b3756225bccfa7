import { createPlatform } from "@vega/test-support";
import { execFile } from "node:child_process";
import { cpSync, existsSync, mkdirSync, readFileSync, symlinkSync } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { expect, onTestFinished, test } from "vitest";

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

/** This checkout with the packages of a runtime install: what npm's lockfile does not mark as for development alone. */
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
    // Packages inside of packages come with those.
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
    /** Each command that package.json sets up for with the runtime install, and its arguments. */
    const commands: Record<string, string[]> = {
      import: [file("crystal.json"), "--dry-run"],
      export: [file("crystal.json")],
      "reset-password": ["admin"],
      "audit:verify": [],
      backup: [file("today.vega")],
      restore: [file("today.vega")],
      replay: [],
      doctor: [],
      "compose:secrets": [],
      "kubernetes:secrets": [],
    };
    const { scripts } = JSON.parse(readFileSync(join(ROOT, "package.json"), "utf8")) as {
      scripts: Record<string, string>;
    };
    const withRuntime = Object.keys(scripts).filter((name) =>
      /setup\.mjs(?! --dev).*apps\//.test(scripts[name] ?? ""),
    );
    expect(withRuntime.toSorted()).toEqual(["start", ...Object.keys(commands)].toSorted());

    const run = (name: string, args: readonly string[]) =>
      new Promise<{ code: number; output: string }>((resolve) => {
        const script = join(root, "apps/cli/src", `${name.replace(":", "-")}.ts`);
        const env = {
          ...cache,
          PATH: process.env["PATH"],
          HOME: process.env["HOME"],
          VEGA_DATA_DIR: file(name === "restore" ? "restored" : "data"),
          VEGA_ADMIN_TOKEN: "a-token-for-tests-only",
        };
        const nodeArgs = ["--disable-warning=ExperimentalWarning", script, ...args];
        execFile(process.execPath, nodeArgs, { env }, (error, stdout, stderr) =>
          resolve({ code: Number(error?.code ?? 0), output: stdout + stderr }),
        );
      });
    // The export is what the import reads.
    for (const name of ["export", ...Object.keys(commands).filter((one) => one !== "export")]) {
      const { code, output } = await run(name, commands[name] ?? []);
      expect(output, name).not.toMatch(/ERR_MODULE_NOT_FOUND|Cannot find package/);
      // The doctor may find something wrong with this machine.
      if (name !== "doctor") expect(code, `${name}:\n${output}`).toBe(0);
    }
  },
);
