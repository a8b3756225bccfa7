/** Runs the work while no other process holds the lock; the lock of an ended process is taken over. */
export function exclusively<Result>(
  lockFile: string,
  log: (text: string) => void,
  work: () => Promise<Result>,
): Promise<Result>;
