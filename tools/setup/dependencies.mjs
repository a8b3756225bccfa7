import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { delimiter, join, sep } from "node:path";
import { command } from "./command.mjs";

const INSTALL_TIMEOUT_MS = 15 * 60_000;
/** Lines of npm's output that an error shows. */
const SHOWN_LINES = 12;

/**
 * Settings of npm, inherited from a calling npm or exported for other uses, that would change what npm installs here.
 * Settings of registry, proxy and cache are kept.
 */
const MISLEADING =
  /^npm_(lifecycle_|package_|command$|config_(global|location|workspaces?|include_workspace_root|dry_run|package_lock(_only)?|omit|include|only|production|also|optional|dev|save|ignore_scripts)$)/i;

/** Exists while development dependencies are being added: an interrupted npm leaves partly unpacked packages. */
const markerOf = (root) => join(root, "node_modules", ".vega-adding");

/**
 * Whether node_modules lacks a package of package-lock.json. Compares with `node_modules/.package-lock.json`, which npm
 * writes as its last step: an installation by hand counts, an interrupted one does not.
 * @param {{ dev: boolean }} options whether development dependencies are needed
 */
export function needsInstall(root, { dev }) {
  if (dev && existsSync(markerOf(root))) return true;
  const installed = readPackages(join(root, "node_modules", ".package-lock.json"));
  const locked = readPackages(join(root, "package-lock.json"));
  return !installed || !locked || lacksSomething(locked, installed, { dev });
}

function readPackages(lockfile) {
  try {
    return JSON.parse(readFileSync(lockfile, "utf8")).packages;
  } catch {
    return undefined;
  }
}

/** Whether a required package is missing or differs. Optional ones may be missing: they are for other platforms. */
export function lacksSomething(locked, installed, { dev }) {
  return Object.entries(locked).some(([path, wanted]) => {
    if (path === "" || (wanted.dev && !dev)) return false;
    const there = installed[path];
    if (!there) return !(wanted.optional || wanted.devOptional);
    return there.version !== wanted.version || there.integrity !== wanted.integrity;
  });
}

/** The environment for npm: without misleading settings, and with a Node that the installation does not delete. */
export function installEnv(env, root) {
  const inside = join(root, "node_modules") + sep;
  const kept = Object.entries(env).filter(([name]) => !MISLEADING.test(name));
  const path = (env.PATH ?? "").split(delimiter).filter((folder) => !folder.startsWith(inside));
  return { ...Object.fromEntries(kept), PATH: path.join(delimiter) };
}

/**
 * Installs the packages of the lockfile, without running their scripts.
 * @throws Error with npm's last lines and the remedy
 */
export async function installDependencies(root, { dev, env, progress }) {
  const npm = (args) =>
    command("npm", args, { cwd: root, env: installEnv(env, root), timeoutMs: INSTALL_TIMEOUT_MS });
  const scope = dev ? "all dependencies" : "the runtime dependencies";
  await progress.step(`installing ${scope} (npm)`, `installed ${scope}`, async () => {
    try {
      if (dev && !needsInstall(root, { dev: false })) await addDevelopment(root, npm);
      if (needsInstall(root, { dev })) await npm(npmArguments("ci", { dev }));
      rmSync(markerOf(root), { force: true });
    } catch (cause) {
      throw new Error(failureOf(cause), { cause });
    }
  });
}

/**
 * Adds the development dependencies to a runtime installation. `npm ci` would delete node_modules first, while a platform
 * may run from it.
 */
async function addDevelopment(root, npm) {
  const marker = markerOf(root);
  if (existsSync(marker)) return;
  mkdirSync(join(root, "node_modules"), { recursive: true });
  writeFileSync(marker, "");
  await npm(npmArguments("install", { dev: true }));
  rmSync(marker);
}

/** @param {"ci" | "install"} verb `install` keeps the installed packages */
export function npmArguments(verb, { dev }) {
  // `--include=dev` also under NODE_ENV=production; the optional packages are Node 24 itself.
  const parts = [dev ? "--include=dev" : "--omit=dev", "--include=optional"];
  const keep = verb === "install" ? ["--no-save", "--package-lock"] : [];
  return [
    verb,
    ...parts,
    ...keep,
    "--ignore-scripts",
    "--no-audit",
    "--no-fund",
    "--loglevel=error",
  ];
}

function failureOf(cause) {
  const lines = (cause.output ?? "").split("\n").filter((line) => line.trim() !== "");
  const shown = lines.length > 0 ? lines.slice(-SHOWN_LINES) : [`npm: ${cause.message}`];
  return [
    `the installation of the dependencies failed (${cause.message}); npm's last lines:`,
    ...shown,
    "Check that npm reaches its registry (`npm ping`), then run the command again.",
  ].join("\n  ");
}
