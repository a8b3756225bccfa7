/** Why the platform stops, and its exit code. */
export interface Shutdown {
  readonly code: number;
  readonly reason: string;
}

/** One Ctrl-C reaches an npm script twice, from the terminal and from npm: a signal within this time is the same one. */
const SAME_KEYSTROKE_MS = 500;

const PARENT_CHECK_INTERVAL_MS = 500;

/**
 * Turns signals, the exit of the npm that runs this process, and uncaught exceptions into one shutdown request.
 * @param onSecondSignal called when the operator does not wait for the orderly stop
 * @returns a promise of the request, and a function that makes one
 */
export function awaitShutdown(onSecondSignal: () => void, now = () => performance.now()) {
  const shutdown = Promise.withResolvers<Shutdown>();
  let firstAt: number | undefined;
  for (const name of ["SIGINT", "SIGTERM", "SIGHUP"] as const) {
    process.on(name, () => {
      if (firstAt === undefined) {
        firstAt = now();
        shutdown.resolve({ code: 0, reason: name });
      } else if (now() - firstAt > SAME_KEYSTROKE_MS) {
        onSecondSignal();
      }
    });
  }
  // npm sends SIGTERM to a shell between it and this process; the shell ends without passing it on.
  const parent = process.ppid;
  const check = setInterval(() => {
    if (process.ppid === parent) return;
    clearInterval(check);
    shutdown.resolve({ code: 0, reason: "the npm process that started VEGA has ended" });
  }, PARENT_CHECK_INTERVAL_MS);
  if (!process.env.npm_lifecycle_event) clearInterval(check);
  process.on("uncaughtException", (error) => {
    shutdown.resolve({ code: 1, reason: `uncaught exception: ${error.stack ?? error.message}` });
  });
  return { requested: shutdown.promise, request: shutdown.resolve };
}
