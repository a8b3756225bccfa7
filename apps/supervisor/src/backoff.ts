const FIRST_DELAY_MS = 100;
const MAX_DELAY_MS = 10_000;
const STABLE_AFTER_MS = 30_000;

/** Failures in a row after an exit; a process that was up for 30 seconds counts from one again. */
export function failuresInARow(before: number, upMs: number): number {
  return upMs >= STABLE_AFTER_MS ? 1 : before + 1;
}

/** Milliseconds before the next start: 100, 200, 400 … 10,000. */
export function restartDelay(failures: number): number {
  return Math.min(MAX_DELAY_MS, FIRST_DELAY_MS * 2 ** Math.max(0, failures - 1));
}
