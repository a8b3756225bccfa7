/** The exit code that shells give an interrupted program. */
const INTERRUPTED = 130;

/** Runs `work`, then `end`, also after an error or Ctrl-C: nothing that was started keeps running. */
export async function interruptible<Result extends object>(
  work: () => Promise<Result>,
  end: () => Promise<void>,
): Promise<Result> {
  const { promise: interrupted, resolve } = Promise.withResolvers<undefined>();
  const interrupt = () => resolve(undefined);
  process.once("SIGINT", interrupt).once("SIGTERM", interrupt);
  try {
    const result = await Promise.race([work(), interrupted]);
    if (result) return result;
  } finally {
    await end();
    process.off("SIGINT", interrupt).off("SIGTERM", interrupt);
  }
  return process.exit(INTERRUPTED);
}
