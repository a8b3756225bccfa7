export interface ClosedLoops {
  /** Clients that run at once. Each sends its next request after the response to the last one. */
  readonly clients: number;
  /** No request starts after this time; 0: one request for each client. */
  readonly seconds: number;
  /** Sends one request. @returns when its response is complete */
  readonly once: (client: number) => Promise<void>;
}

export interface LoopTimes {
  /** From the first request to the last response. */
  readonly seconds: number;
  /** Utilization of this thread, 0..1: near 1 the generator is the bottleneck. */
  readonly utilization: number;
}

/** The load generator of every suite: closed loops over any transport. No request is unanswered at its end. */
export async function runClosedLoops({ clients, seconds, once }: ClosedLoops): Promise<LoopTimes> {
  const idle = performance.eventLoopUtilization();
  const started = performance.now();
  const deadline = started + seconds * 1_000;
  await Promise.all(
    Array.from({ length: clients }, async (_, client) => {
      do await once(client);
      while (performance.now() < deadline);
    }),
  );
  return {
    seconds: (performance.now() - started) / 1_000,
    utilization: performance.eventLoopUtilization(idle).utilization,
  };
}

/** Works through all items with a fixed number of workers. */
export async function inParallel<Item>(
  items: readonly Item[],
  workers: number,
  work: (item: Item) => Promise<void>,
): Promise<void> {
  const left = items.values();
  await Promise.all(
    Array.from({ length: workers }, async () => {
      for (const item of left) await work(item);
    }),
  );
}
