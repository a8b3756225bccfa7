/** Result of one check of the doctor. */
export interface Finding {
  readonly level: "ok" | "warn" | "fail";
  /** Name of the check, one or two words. */
  readonly check: string;
  readonly result: string;
  readonly remedy?: string;
}

export const ok = (check: string, result: string): Finding => ({ level: "ok", check, result });
export const warn = (check: string, result: string, remedy: string): Finding => ({
  level: "warn",
  check,
  result,
  remedy,
});
export const fail = (check: string, result: string, remedy: string): Finding => ({
  level: "fail",
  check,
  result,
  remedy,
});

const CHECK_WIDTH = 14;

/** One line, and a second one with the remedy. */
export function lineOf({ level, check, result, remedy }: Finding): string {
  const line = `${level.padEnd(5)} ${check.padEnd(CHECK_WIDTH)} ${result}`;
  return remedy === undefined ? line : `${line}\n${" ".repeat(CHECK_WIDTH + 7)}→ ${remedy}`;
}
