import type { Block } from "./markdown.ts";

/** What the test does with a block. */
export type Use =
  | { readonly kind: "run" }
  /** Parsed as JSON. */
  | { readonly kind: "data" }
  /** Output or a diagram that the page shows. */
  | { readonly kind: "shown" }
  | { readonly kind: "not run"; readonly reason: string };

const RUN = new Set(["sh", "ts", "python"]);
/** Whether the block is a command or a program that the test runs. */
export const isRun = ({ language, marks }: Block): boolean =>
  RUN.has(language) && !marks.has("not run");

const SHOWN = new Set(["text", "mermaid"]);

/** @throws Error for a block that is neither run nor marked with the reason why not. */
export function useOf(block: Block): Use {
  const { at, language, marks } = block;
  const reason = marks.get("not run");
  if (reason !== undefined) {
    if (reason.trim() === "") throw new Error(`${at}: "not run" needs a reason`);
    return { kind: "not run", reason };
  }
  if (isRun(block)) return { kind: "run" };
  if (language === "json") return { kind: "data" };
  if (SHOWN.has(language)) return { kind: "shown" };
  throw new Error(
    `${at}: a block of language "${language}" is not run; add <!-- not run: reason --> before it`,
  );
}
