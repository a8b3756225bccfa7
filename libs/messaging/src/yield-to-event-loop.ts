let turn: Promise<void> | undefined;

/**
 * Resolves in the next turn of the event loop, for everyone at once: what is sent then leaves in one write to the
 * socket, where the client would write for each request that came in a read of its own.
 */
export function nextTurn(): Promise<void> {
  return (turn ??= new Promise((resolve) => {
    setImmediate(() => {
      turn = undefined;
      resolve();
    });
  }));
}
