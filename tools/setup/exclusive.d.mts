/** Does something while no other process does the same; a lock whose holder is dead is taken over. */
export function exclusively<Result>(
  lockFile: string,
  log: (text: string) => void,
  work: () => Promise<Result>,
): Promise<Result>;
