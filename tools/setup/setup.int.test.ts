import { execFile } from "node:child_process";
import { cpSync, existsSync, mkdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import { promisify } from "node:util";
import { expect, onTestFinished, test, vi } from "vitest";
import { needsInstall } from "./dependencies.mjs";

// Each test starts npm several times, which takes seconds on a busy machine.
vi.setConfig({ testTimeout: 120_000 });

const ROOT = join(import.meta.dirname, "../..");
const run = promisify(execFile);
const PATH = [join(process.execPath, ".."), process.env["PATH"]].join(delimiter);

const write = (path: string, value: object) => writeFileSync(path, JSON.stringify(value));

/** A project with this repository's set-up, one runtime and one development package, both with install scripts. */
async function given() {
  const folder = await mkdtemp(join(tmpdir(), "vega-setup-"));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  const root = join(folder, "project");
  // No user settings, no registry, a temporary cache.
  const env = {
    HOME: folder,
    PATH,
    npm_config_offline: "true",
    npm_config_cache: join(folder, "cache"),
  };
  cpSync(join(ROOT, "tools"), join(root, "tools"), { recursive: true });
  for (const name of ["runtime", "development"]) {
    const source = join(folder, name);
    mkdirSync(source);
    const scripts = { postinstall: `touch ${join(folder, `ran-${name}`)}` };
    write(join(source, "package.json"), { name, version: "1.0.0", scripts });
    await run("npm", ["pack", "--ignore-scripts", "--pack-destination", folder], {
      cwd: source,
      env,
    });
  }
  const tarball = (name: string) => `file:../${name}-1.0.0.tgz`;
  write(join(root, "package.json"), {
    name: "project",
    dependencies: { runtime: tarball("runtime") },
    devDependencies: { development: tarball("development") },
  });
  await run("npm", ["install", "--package-lock-only"], { cwd: root, env });
  const installed = (name: string) => join(root, "node_modules", name, "package.json");
  return {
    root,
    has: (name: string) => existsSync(installed(name)),
    inode: (name: string) => statSync(installed(name)).ino,
    ranScript: (name: string) => existsSync(join(folder, `ran-${name}`)),
    marker: join(root, "node_modules/.vega-adding"),
    setUp: async (...flags: string[]) => {
      const script = join(root, "tools/setup.mjs");
      const { stderr } = await run(process.execPath, [script, "--no-nats", ...flags], { env });
      return stderr;
    },
  };
}

test("a runtime installation is extended without changing installed packages, and no script runs", async () => {
  const { root, has, inode, ranScript, setUp } = await given();
  expect(await setUp()).toMatch(
    /installing the runtime dependencies \(npm\) …\n[^]*installed the runtime dependencies {3}\d/,
  );
  expect([has("runtime"), has("development")]).toEqual([true, false]);
  const before = inode("runtime");

  expect(await setUp("--dev")).toContain("installed all dependencies");
  expect([has("runtime"), has("development")]).toEqual([true, true]);
  expect(inode("runtime")).toBe(before);

  // Both are complete now.
  expect([await setUp(), await setUp("--dev")]).toEqual(["", ""]);
  expect([needsInstall(root, { dev: false }), needsInstall(root, { dev: true })]).toEqual([
    false,
    false,
  ]);
  expect([ranScript("runtime"), ranScript("development")]).toEqual([false, false]);
});

test("an interrupted extension is replaced by a complete installation", async () => {
  const { root, has, marker, setUp } = await given();
  await setUp("--dev");
  writeFileSync(marker, "");
  // An interrupted npm leaves a folder with a manifest and without the rest.
  writeFileSync(join(root, "node_modules/development/left-over"), "");
  expect(await setUp()).toBe("");
  await setUp("--dev");
  expect([has("runtime"), has("development"), existsSync(marker)]).toEqual([true, true, false]);
  expect(existsSync(join(root, "node_modules/development/left-over"))).toBe(false);
});

test("concurrent set-ups of both kinds install everything, one after the other", async () => {
  const { has, setUp } = await given();
  await Promise.all([setUp(), setUp("--dev"), setUp(), setUp("--dev")]);
  expect([has("runtime"), has("development")]).toEqual([true, true]);
});

test("a failed installation shows npm's last lines and the remedy", async () => {
  const { root, setUp } = await given();
  await rm(join(root, "../runtime-1.0.0.tgz"));
  await rm(join(root, "../cache"), { recursive: true });
  const failure = await setUp().catch((error: { code: number; stderr: string }) => error);
  expect(failure).toMatchObject({ code: 1 });
  expect(failure).toMatchObject({
    stderr: expect.stringMatching(
      /the installation of the dependencies failed[^]*npm error[^]*runtime-1\.0\.0\.tgz[^]*npm ping/,
    ),
  });
});

test("no install script of a dependency runs; the packages with one are known", async () => {
  const { stdout } = await run("npm", ["config", "get", "ignore-scripts"], {
    cwd: ROOT,
    env: { HOME: "/nonexistent", PATH },
  });
  expect(stdout.trim()).toBe("true");

  const read = (name: string) => JSON.parse(readFileSync(join(ROOT, name), "utf8"));
  const { scripts } = read("package.json") as { scripts: Record<string, string> };
  // npm ignores pre and post scripts under that setting.
  expect(Object.keys(scripts).filter((name) => /^(pre|post)/.test(name))).toEqual([]);
  const packages = read("package-lock.json").packages as Record<
    string,
    { hasInstallScript?: true; dev?: true }
  >;
  const withScript = Object.entries(packages).filter(
    ([, { hasInstallScript }]) => hasInstallScript,
  );
  // bcrypt ships its binaries, protobufjs only checks versions, ssh2 works without its optional addons. Check a new one
  // the same way.
  expect(withScript.map(([path, { dev = false }]) => [path, dev])).toEqual([
    ["node_modules/bcrypt", false],
    ["node_modules/cpu-features", true],
    ["node_modules/protobufjs", false],
    ["node_modules/ssh2", true],
  ]);
});
