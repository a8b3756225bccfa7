import { existsSync, readFileSync } from "node:fs";
import { delimiter, join, sep } from "node:path";
import { command } from "./command.mjs";

const INSTALL_TIMEOUT_MS = 15 * 60_000;

/**
 * Settings that npm hands down to the scripts it runs, or that somebody exports for other uses, under which `npm ci`
 * would install something else than the whole lockfile into this folder. Registry, proxy and cache settings stay.
 */
const MISLEADING =
  /^npm_(lifecycle_|package_|command$|config_(global|location|workspaces?|include_workspace_root|dry_run|package_lock(_only)?|omit|include|only|production|also|optional|dev)$)/i;

/**
 * Whether node_modules lacks something of package-lock.json. Compares with `node_modules/.package-lock.json`, in which
 * npm writes, as its last step, what it installed: so an install by hand counts, and one that was killed does not.
 */
export function needsInstall(root) {
  const installed = join(root, "node_modules", ".package-lock.json");
  if (!existsSync(installed)) return true;
  try {
    return lacksSomething(
      JSON.parse(readFileSync(join(root, "package-lock.json"), "utf8")).packages,
      JSON.parse(readFileSync(installed, "utf8")).packages,
    );
  } catch {
    return true;
  }
}

/** Whether a package of the lockfile is missing or another one. Optional ones may be missing: they are for other machines. */
export function lacksSomething(locked, installed) {
  return Object.entries(locked).some(([path, wanted]) => {
    if (path === "") return false;
    const there = installed[path];
    if (!there) return !(wanted.optional || wanted.devOptional);
    return there.version !== wanted.version || there.integrity !== wanted.integrity;
  });
}

/** The environment in which npm installs: without misleading settings, and on a Node that the install does not delete. */
export function installEnv(env, root) {
  const inside = join(root, "node_modules") + sep;
  const kept = Object.entries(env).filter(([name]) => !MISLEADING.test(name));
  const path = (env.PATH ?? "").split(delimiter).filter((folder) => !folder.startsWith(inside));
  return { ...Object.fromEntries(kept), PATH: path.join(delimiter) };
}

/**
 * Installs exactly what the lockfile says.
 * @throws Error that says what npm complained about and what to do.
 */
export async function installDependencies(root, env, log) {
  const started = performance.now();
  log("installing dependencies from the lockfile …");
  // Development dependencies too, also under NODE_ENV=production: one node_modules serves every script.
  const args = ["ci", "--no-audit", "--no-fund", "--include=dev", "--include=optional"];
  try {
    await command("npm", args, {
      cwd: root,
      env: installEnv(env, root),
      timeoutMs: INSTALL_TIMEOUT_MS,
    });
  } catch (cause) {
    const said = npmErrors(cause.output ?? "");
    throw new Error(
      [
        "the dependencies could not be installed:",
        ...(said.length > 0 ? said : [`npm: ${cause.message}`]),
      ]
        .concat("Check that npm reaches its registry; `npm ci` says more.")
        .join("\n  "),
      { cause },
    );
  }
  log(`dependencies installed   ${((performance.now() - started) / 1000).toFixed(1)} s`);
}

/** The first lines of what npm calls errors; what follows is general advice. */
function npmErrors(output) {
  const lines = output.split("\n").filter((line) => /^npm (error|ERR!) ./.test(line));
  return lines.slice(0, 5);
}
