/** What can be stopped. A second call does nothing. */
export interface Stoppable {
  stop(): Promise<void>;
}

/**
 * Starts a service. `open` puts each part on the stack right after opening it; the parts are closed in reverse order by
 * `stop`, or at once where a later step of `open` throws. An error of one part does not keep the others from closing.
 *
 * The stop order of every service follows from the order of opening, and has to be:
 * 1. `bus.closeIfDisconnected`: while the bus is away, requests fail now and not after their timeouts
 * 2. health reports and endpoints: no new work, requests under way finish
 * 3. background work of the requests: runs, sweeps, mails; in state the writer, after it the relay that publishes
 *    the writer's last entries
 * 4. the bus
 * 5. what works without the bus: snapshots, backups, the store
 * 6. traces, which show all of this
 */
export async function startService<Parts extends object>(
  open: (stack: AsyncDisposableStack) => Promise<Parts>,
): Promise<Parts & Stoppable> {
  await using stack = new AsyncDisposableStack();
  const parts = await open(stack);
  const opened = stack.move();
  return { ...parts, stop: () => opened.disposeAsync() };
}
