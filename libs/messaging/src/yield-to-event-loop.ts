let next: Promise<void> | undefined;

/**
 * Resolves in the next iteration of the event loop, for all callers at once: their messages leave in one write to the
 * socket, where the client would write once per request that arrived in its own read.
 */
export function yieldToEventLoop(): Promise<void> {
  return (next ??= new Promise((resolve) => {
    setImmediate(() => {
      next = undefined;
      resolve();
    });
  }));
}
