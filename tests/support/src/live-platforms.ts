/*
 * Platforms that run now, so that what they have written can be shown with a test that fails: without it nobody knows why a
 * process did not do what was waited for. By itself, so that a setup file costs no test the rest of this library.
 */

interface Writes {
  output(): string;
}

const running = new Set<Writes>();

/** @returns call when it has ended. */
export function noteLive(platform: Writes): () => void {
  running.add(platform);
  return () => void running.delete(platform);
}

/** The last of what each has written. @param characters of each at most */
export const lastOutputs = (characters: number): string[] =>
  [...running].map((platform) => platform.output().slice(-characters));
