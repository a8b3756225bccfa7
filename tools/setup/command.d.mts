/** Runs a program to its end, without a shell. @throws Error with one line, the error of the program */
export function command(
  program: string,
  args: readonly string[],
  options?: { timeoutMs?: number; cwd?: string; env?: NodeJS.ProcessEnv },
): Promise<string>;
/** All executable files of that name in the folders of a PATH, best first. */
export function onPath(name: string, path?: string): string[];
