/*
 * The running platforms, so that a failed test can show their output. A module of its own: the setup file of vitest must
 * not load the rest of this library.
 */

interface Writes {
  output(): string;
}

const running = new Set<Writes>();

/** @returns a function to call when it has ended */
export function trackLive(platform: Writes): () => void {
  running.add(platform);
  return () => void running.delete(platform);
}

/** The end of each output. @param characters of each, at most */
export const lastOutputs = (characters: number): string[] =>
  [...running].map((platform) => platform.output().slice(-characters));
