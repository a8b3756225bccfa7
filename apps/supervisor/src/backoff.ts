const FIRST_MS = 100;
const LONGEST_MS = 10_000;
const STEADY_MS = 30_000;

/** How many failures in a row it is now, for a process that ended after that long; a steady one starts from one again. */
export function failuresInARow(before: number, upMs: number): number {
  return upMs >= STEADY_MS ? 1 : before + 1;
}

/** Milliseconds to wait before the next start: 100, 200, 400 … 10,000. */
export function restartDelay(failures: number): number {
  return Math.min(LONGEST_MS, FIRST_MS * 2 ** Math.max(0, failures - 1));
}
