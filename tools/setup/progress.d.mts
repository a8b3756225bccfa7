/** Progress lines of the set-up. */
export interface SetupProgress {
  note(text: string): void;
  /** Runs the work; shows its name and the elapsed seconds every period. */
  during<Result>(name: string, work: () => Promise<Result>): Promise<Result>;
  /** The same with a line at the start and one at the end. */
  step<Result>(name: string, done: string, work: () => Promise<Result>): Promise<Result>;
}

export function createProgress(
  stream: { write(text: string): unknown; readonly isTTY?: boolean },
  options?: { now?: () => number; periodMs?: number },
): SetupProgress;
