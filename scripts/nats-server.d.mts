/** The absolute path of a nats-server that works, found or brought; throws Error that says what to do. */
export function findNatsServer(options: {
  readonly env: NodeJS.ProcessEnv;
  readonly log: (text: string) => void;
  /** The project's folder, under which its cache is. */
  readonly root: string;
}): Promise<string>;
