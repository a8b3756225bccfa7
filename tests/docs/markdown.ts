import { globSync, readFileSync } from "node:fs";
import { join } from "node:path";

/** A fenced block of a page. */
export interface Block {
  /** `docs/tutorial/first-steps.md:12`, the line of the opening fence. */
  readonly at: string;
  readonly language: string;
  readonly code: string;
  /** The HTML comment before the block, such as `not run` → `needs Docker`. */
  readonly marks: ReadonlyMap<string, string>;
}

export interface Page {
  readonly file: string;
  readonly text: string;
  readonly blocks: readonly Block[];
}

const FENCE = /^( *)```(\S*)\n([^]*?)^\1```$/gm;
/** One comment, directly before the fence or with empty lines between. */
const MARK = /<!-- ([a-z ]+?)(?:: ((?:(?!-->)[^])*?))? -->\s*$/;

export function readBlocks(file: string, text: string): Block[] {
  return Array.from(text.matchAll(FENCE), (found) => {
    const [, indent = "", language = "", code = ""] = found;
    const before = text.slice(0, found.index);
    const [, name, value = ""] = MARK.exec(before) ?? [];
    return {
      at: `${file}:${before.split("\n").length}`,
      language,
      code: code.replaceAll(new RegExp(`^${indent}`, "gm"), ""),
      marks: new Map(name === undefined ? [] : [[name, value]]),
    };
  });
}

/** README.md and everything under docs/, in the order of their names. */
export function readPages(root: string): Page[] {
  const files = ["README.md", ...globSync("docs/**/*.md", { cwd: root }).toSorted()];
  return files.map((file) => {
    const text = readFileSync(join(root, file), "utf8");
    return { file, text, blocks: readBlocks(file, text) };
  });
}
