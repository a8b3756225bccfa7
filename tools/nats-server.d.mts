/** The absolute path of a working nats-server, found or downloaded. @throws Error with the remedy */
export function findNatsServer(options: {
  readonly env: NodeJS.ProcessEnv;
  readonly log: (text: string) => void;
  /** The folder of the checkout, with the cache. */
  readonly root: string;
}): Promise<string>;
/** Finds one without a download. `failures`: the reason for each candidate that does not work. */
export function lookForNatsServer(options: {
  readonly env: NodeJS.ProcessEnv;
  readonly root: string;
}): Promise<{ readonly path: string | undefined; readonly failures: readonly string[] }>;
