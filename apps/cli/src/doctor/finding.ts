/** What the doctor found. */
export interface Finding {
  readonly level: "ok" | "warn" | "fail";
  /** What was looked at, in a word or two. */
  readonly what: string;
  readonly found: string;
  /** What there is to be done. */
  readonly mend?: string;
}

export const ok = (what: string, found: string): Finding => ({ level: "ok", what, found });
export const warn = (what: string, found: string, mend: string): Finding => ({
  level: "warn",
  what,
  found,
  mend,
});
export const fail = (what: string, found: string, mend: string): Finding => ({
  level: "fail",
  what,
  found,
  mend,
});

const WHAT_WIDTH = 14;

/** One line, and one more with what to mend. */
export function lineOf({ level, what, found, mend }: Finding): string {
  const line = `${level.padEnd(5)} ${what.padEnd(WHAT_WIDTH)} ${found}`;
  return mend === undefined ? line : `${line}\n${" ".repeat(WHAT_WIDTH + 7)}→ ${mend}`;
}
