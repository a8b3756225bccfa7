/** Why the platform stops, and the exit code that tells it. */
export interface Ending {
  readonly code: number;
  readonly reason: string;
}

/**
 * One Ctrl-C reaches a script of npm twice, from the terminal and from npm; what comes again this soon was
 * not meant as a second one.
 */
const SAME_KEYSTROKE_MS = 500;

const PARENT_CHECK_MS = 500;

/**
 * The end of the platform: a signal, the end of the npm that runs this, or a fault that nobody caught. Signals that
 * end a process no longer do so.
 * @param again called at a second signal, by someone who won't wait
 * @returns a promise of the end, and the way to bring it about
 */
export function awaitEnding(again: () => void, now = () => performance.now()) {
  const ending = Promise.withResolvers<Ending>();
  let first: number | undefined;
  for (const name of ["SIGINT", "SIGTERM", "SIGHUP"] as const) {
    process.on(name, () => {
      if (first === undefined) {
        first = now();
        ending.resolve({ code: 0, reason: name });
      } else if (now() - first > SAME_KEYSTROKE_MS) {
        again();
      }
    });
  }
  // npm passes a SIGTERM on to the shell between it and this process, which ends without telling.
  const parent = process.ppid;
  const check = setInterval(() => {
    if (process.ppid === parent) return;
    clearInterval(check);
    ending.resolve({ code: 0, reason: "the npm that started this has ended" });
  }, PARENT_CHECK_MS);
  if (!process.env.npm_lifecycle_event) clearInterval(check);
  process.on("uncaughtException", (error) => {
    ending.resolve({ code: 1, reason: `an unexpected fault: ${error.stack ?? error.message}` });
  });
  return { ended: ending.promise, end: ending.resolve };
}
