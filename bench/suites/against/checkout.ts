import { spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync } from "node:fs";
import { renameSync, rmSync, symlinkSync } from "node:fs";
import { dirname, join } from "node:path";
import { lacksSomething } from "../../../tools/setup/dependencies.mjs";

const INSTALL = ["ci", "--omit=dev", "--ignore-scripts", "--no-audit", "--no-fund"];

type Packages = Parameters<typeof lacksSomething>[0];

/** The sources of a revision, ready to start. */
export interface Checkout {
  readonly folder: string;
  /** The commit's id. */
  readonly commit: string;
}

/**
 * Exports a revision into `.cache/bench/<commit>` under the root. It shares the root's node_modules where that has all
 * runtime packages of its lockfile, and installs its own otherwise.
 */
export async function prepareCheckout(root: string, ref: string): Promise<Checkout> {
  const commit = git(root, ["rev-parse", "--verify", `${ref}^{commit}`]).trim();
  const folder = join(root, ".cache", "bench", commit);
  if (!existsSync(folder)) await exportCommit(root, commit, folder);
  const installed = packagesOf(join(root, "node_modules", ".package-lock.json"));
  if (lacksSomething(packagesOf(join(folder, "package-lock.json")), installed, { dev: false })) {
    await install(folder);
  } else shareModules(root, folder);
  return { folder, commit };
}

/** Through a temporary folder, so that an interrupted export is not used. */
async function exportCommit(root: string, commit: string, folder: string): Promise<void> {
  mkdirSync(dirname(folder), { recursive: true });
  const partial = mkdtempSync(`${folder}-`);
  const archive = spawn("git", ["-C", root, "archive", commit], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  const tar = spawn("tar", ["-x", "-C", partial], {
    stdio: [archive.stdout, "inherit", "inherit"],
  });
  const codes = await Promise.all(
    [archive, tar].map(async (child) => (await once(child, "exit"))[0]),
  );
  if (codes.some((code) => code !== 0)) {
    rmSync(partial, { recursive: true });
    throw new Error(`exporting ${commit} failed`);
  }
  renameSync(partial, folder);
}

/** Packages of the registry in a lockfile: workspaces have no integrity and come from the checkout itself. */
function packagesOf(lockfile: string): Packages {
  const { packages } = JSON.parse(readFileSync(lockfile, "utf8")) as { packages: Packages };
  return Object.fromEntries(Object.entries(packages).filter(([, entry]) => entry.integrity));
}

/** Links every package of the root, and the checkout's own workspaces in place of the root's. */
function shareModules(root: string, folder: string): void {
  const modules = join(folder, "node_modules");
  rmSync(modules, { recursive: true, force: true });
  mkdirSync(join(modules, "@vega"), { recursive: true });
  for (const name of readdirSync(join(root, "node_modules"))) {
    if (name !== "@vega" && !name.startsWith(".")) {
      symlinkSync(join(root, "node_modules", name), join(modules, name));
    }
  }
  for (const workspace of workspacesOf(folder)) {
    const { name } = manifestOf(workspace);
    if (name !== undefined) symlinkSync(workspace, join(modules, name));
  }
}

interface Manifest {
  readonly name?: string;
  readonly workspaces?: readonly string[];
  readonly scripts?: Readonly<Record<string, string>>;
}

export const manifestOf = (folder: string): Manifest =>
  JSON.parse(readFileSync(join(folder, "package.json"), "utf8")) as Manifest;

/** Folders of the workspaces; a pattern is a folder or all folders in one (`libs/*`). */
function workspacesOf(folder: string): string[] {
  const folders = (manifestOf(folder).workspaces ?? []).flatMap((pattern) => {
    if (!pattern.endsWith("/*")) return [join(folder, pattern)];
    const parent = join(folder, pattern.slice(0, -2));
    return readdirSync(parent).map((name) => join(parent, name));
  });
  return folders.filter((workspace) => existsSync(join(workspace, "package.json")));
}

async function install(folder: string): Promise<void> {
  const npm = spawn("npm", INSTALL, { cwd: folder, stdio: "inherit" });
  const [code] = await once(npm, "exit");
  if (code !== 0) throw new Error(`installing the dependencies in ${folder} failed`);
}

function git(root: string, args: readonly string[]): string {
  const { status, stdout, stderr } = spawnSync("git", ["-C", root, ...args], { encoding: "utf8" });
  if (status !== 0) throw new Error(`git ${args.join(" ")}: ${stderr.trim()}`);
  return stdout;
}
