import { existsSync, mkdirSync, readdirSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Block } from "./markdown.ts";

/*
 * The blocks of a page as one bash script, run in the order of the page in a folder that looks like a checkout. `sh`
 * blocks share their variables; `ts` and `python` blocks are programs that see the exported ones.
 *
 * Marks: `status: 402`, each curl of the block has to get this status (2xx otherwise). `second terminal`, the block runs
 * beside those after it until the page ends, and has to print something.
 */

export interface Surroundings {
  /** The folder with `data/` where the platform runs. */
  readonly folder: string;
  /** Port of the platform. */
  readonly port: string;
  /** A Python with the packages, or "": Python blocks are then skipped. */
  readonly python: string;
}

/** These are the platform's own, and a block may write to them. */
const OWN = new Set(["data", "config", "secrets", ".env", ".git", ".cache"]);

const HEAD = `set -euo pipefail
REAL_CURL=$(command -v curl)
REAL_JQ=$(command -v jq || true)
export REAL_CURL REAL_JQ PATH="$PWD/tests/docs/bin:$PATH"
beside=()
waits_for_output() {
  for _ in $(seq 1000); do [ -s "$1" ] && return; sleep 0.02; done
  echo "printed nothing: $1" >&2
  exit 1
}
`;

/**
 * Makes the folder look like a checkout whose data folder is the platform's.
 * @param config the folder that blocks see as `config`
 */
export function layOut(root: string, folder: string, config: string): void {
  for (const name of readdirSync(root)) {
    const link = join(folder, name);
    if (!OWN.has(name) && !existsSync(link)) symlinkSync(join(root, name), link);
  }
  symlinkSync(config, join(folder, "config"));
  mkdirSync(join(folder, ".test"));
}

function commandOf({ language, marks }: Block, path: string, python: string): string {
  if (language === "ts") return `node --disable-warning=ExperimentalWarning ${path}`;
  if (language === "python") return python === "" ? ":" : `${python} ${path}`;
  if (marks.has("second terminal")) {
    return `( . ${path} ) > ${path}.out 2>&1 & beside+=(${path}.out)\nwaits_for_output ${path}.out`;
  }
  const status = marks.get("status") ?? "";
  return `export EXPECTED_STATUS=${status}\n. ${path}\nexport EXPECTED_STATUS=`;
}

/** @returns the script; the running block is printed to stderr as `== <file>:<line>` */
export function toScript(blocks: readonly Block[], around: Surroundings): string {
  const lines = [HEAD];
  for (const [index, block] of blocks.entries()) {
    const path = `.test/${index}.${block.language}`;
    const code = block.code.replaceAll(/(localhost|127\.0\.0\.1):5000/g, `$1:${around.port}`);
    writeFileSync(join(around.folder, path), code);
    lines.push(`echo "== ${block.at}" >&2`, commandOf(block, path, around.python));
  }
  return `${lines.join("\n")}\n`;
}
