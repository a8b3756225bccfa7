/** Shows a person what the set-up is doing. */
export interface SetupProgress {
  note(text: string): void;
  /** Does the work. While it lasts, shows its name with the elapsed seconds every period. */
  during<Result>(name: string, work: () => Promise<Result>): Promise<Result>;
  /** The same with a line at the start and one at the end. */
  step<Result>(name: string, done: string, work: () => Promise<Result>): Promise<Result>;
}

export function createProgress(
  stream: { write(text: string): unknown; readonly isTTY?: boolean },
  options?: { now?: () => number; periodMs?: number },
): SetupProgress;
