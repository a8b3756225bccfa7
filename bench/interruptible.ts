/** Exit code, as shells have it. */
const INTERRUPTED = 130;

/** Whatever comes of the work, Ctrl-C too, what it has started is ended. */
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
