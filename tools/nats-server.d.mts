/** The absolute path of a nats-server that works, found or brought; throws Error that says what to do. */
export function findNatsServer(options: {
  readonly env: NodeJS.ProcessEnv;
  readonly log: (text: string) => void;
  /** The project's folder, under which its cache is. */
  readonly root: string;
}): Promise<string>;
/** Looks for one that is here already; brings nothing. `failures`: why each that was looked at will not do. */
export function lookForNatsServer(options: {
  readonly env: NodeJS.ProcessEnv;
  readonly root: string;
}): Promise<{ readonly path: string | undefined; readonly failures: readonly string[] }>;
