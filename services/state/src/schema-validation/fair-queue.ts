/** Jobs of many owners. Owners take turns, so that an owner's many jobs delay that owner only. */
export interface FairQueue<Item> {
  /** False where the queue, or the owner's part of it, is full. */
  push(owner: string, item: Item): boolean;
  /** The next job of an owner that is not busy. */
  take(isBusy: (owner: string) => boolean): { owner: string; item: Item } | undefined;
  /** Removes all jobs. */
  drain(): Item[];
}

export function createFairQueue<Item>(max: { total: number; perOwner: number }): FairQueue<Item> {
  // In the order of their turns.
  const queues = new Map<string, Item[]>();
  let total = 0;
  return {
    push(owner, item) {
      const queue = queues.get(owner) ?? [];
      if (total >= max.total || queue.length >= max.perOwner) return false;
      queue.push(item);
      queues.set(owner, queue);
      total += 1;
      return true;
    },
    take(isBusy) {
      for (const [owner, queue] of queues) {
        if (isBusy(owner)) continue;
        const item = queue.shift();
        queues.delete(owner);
        if (queue.length > 0) queues.set(owner, queue);
        if (item === undefined) continue;
        total -= 1;
        return { owner, item };
      }
      return undefined;
    },
    drain() {
      const items = [...queues.values()].flat();
      queues.clear();
      total = 0;
      return items;
    },
  };
}
