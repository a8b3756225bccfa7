import { createHash } from "node:crypto";
import {
  cpSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { dirname, join } from "node:path";
import { command } from "./command.mjs";
import { installEnv, npmArguments } from "./dependencies.mjs";

/*
 * Builds the console into apps/console/dist. A build carries the hash of its sources, so that a second set-up builds
 * nothing. Its packages are development dependencies: where they are not installed, they are installed apart, in
 * .cache/console, and the runtime installation stays as it is.
 */

const BUILD_TIMEOUT_MS = 5 * 60_000;
/** Lines of the output that an error shows. */
const SHOWN_LINES = 12;
const HASH_FILE = "sources.sha256";

/** Sources beside apps/console: the folds of the event stream. */
const isFold = (path) => /^libs\/contracts\/src\/[^/]+\/apply\.ts$/.test(path);

const filesBelow = (root, folder) =>
  readdirSync(join(root, folder), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name).slice(root.length + 1));

/** Every file that the build reads, in order. */
function sourcesOf(root) {
  const own = filesBelow(root, "apps/console").filter(
    (path) => !/^apps\/console\/(dist|node_modules)[^/]*\//.test(path) && !path.includes(".test."),
  );
  return [...own, ...filesBelow(root, "libs/contracts/src").filter(isFold)].toSorted();
}

function hashOf(root, paths) {
  const hash = createHash("sha256");
  for (const path of paths) hash.update(`${path}\0`).update(readFileSync(join(root, path)));
  return hash.digest("hex");
}

const hashOfBuild = (dist) => {
  try {
    return readFileSync(join(dist, HASH_FILE), "utf8").trim();
  } catch {
    return undefined;
  }
};

/** Whether apps/console/dist is not the build of the present sources. */
export function needsConsoleBuild(root) {
  // An image has the build without its sources.
  if (!existsSync(join(root, "apps/console/build.mjs"))) return false;
  return hashOfBuild(join(root, "apps/console/dist")) !== hashOf(root, sourcesOf(root));
}

/**
 * Builds the console where its sources have changed.
 * @throws Error with the reason and the remedy
 */
export async function buildConsole(root, { env, progress }) {
  const sources = sourcesOf(root);
  const hash = hashOf(root, sources);
  const dist = join(root, "apps/console/dist");
  const made = `${dist}.${process.pid}`;
  await progress.step("building the console", "built the console", async () => {
    try {
      const base = hasPackages(root) ? root : await installApart(root, sources, env);
      await command(process.execPath, [join(base, "apps/console/build.mjs"), made], {
        cwd: base,
        env: installEnv(env, root),
        timeoutMs: BUILD_TIMEOUT_MS,
      });
      writeFileSync(join(made, HASH_FILE), hash);
      rmSync(dist, { recursive: true, force: true });
      renameSync(made, dist);
    } catch (cause) {
      throw new Error(failureOf(cause), { cause });
    } finally {
      rmSync(made, { recursive: true, force: true });
    }
  });
}

/** The error with the lines that explain it. */
const failureOf = (cause) =>
  [cause.message, ...(cause.output ?? "").split("\n").slice(0, SHOWN_LINES)]
    .filter((line) => line.trim() !== "")
    .join("\n  ");

/** Whether node_modules has the packages that the build imports. */
function hasPackages(root) {
  const { devDependencies } = JSON.parse(
    readFileSync(join(root, "apps/console/package.json"), "utf8"),
  );
  return Object.entries(devDependencies).every(([name, version]) => {
    try {
      const file = join(root, "node_modules", name, "package.json");
      return JSON.parse(readFileSync(file, "utf8")).version === version;
    } catch {
      return false;
    }
  });
}

/** A copy of the sources with their packages. npm needs the manifest of every workspace. @returns its folder */
async function installApart(root, sources, env) {
  const folder = join(root, ".cache/console");
  const { packages } = JSON.parse(readFileSync(join(root, "package-lock.json"), "utf8"));
  const manifests = Object.keys(packages)
    .filter((path) => !path.includes("node_modules"))
    .map((path) => join(path, "package.json"));
  for (const path of ["apps", "libs"]) rmSync(join(folder, path), { recursive: true, force: true });
  for (const path of ["package-lock.json", "tsconfig.json", ".npmrc", ...manifests, ...sources]) {
    if (!existsSync(join(root, path))) continue;
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    cpSync(join(root, path), join(folder, path));
  }
  const lock = createHash("sha256").update(readFileSync(join(folder, "package-lock.json")));
  const marker = join(folder, "node_modules", `.vega-${lock.digest("hex").slice(0, 16)}`);
  if (!existsSync(marker)) {
    const [verb, ...options] = npmArguments("ci", { dev: true });
    await command("npm", [verb, "--workspace", "apps/console", ...options], {
      cwd: folder,
      env: installEnv(env, root),
      timeoutMs: BUILD_TIMEOUT_MS,
    });
    writeFileSync(marker, "");
  }
  return folder;
}
