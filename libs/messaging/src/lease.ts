import { LEASES_BUCKET } from "@vega/contracts";
import type { KV } from "nats";
import { StorageType } from "nats";
import { setTimeout as delay } from "node:timers/promises";
import type { Bus } from "./connect.ts";

export interface Lease {
  held(): boolean;
  /** Gives the lease up at once and stops asking for it. */
  release(): Promise<void>;
}

/** With as many copies as are wanted, also where it was made with fewer: one alone goes away with its server. */
async function openBucket(bus: Bus, ttlMs: number): Promise<KV> {
  const bucket = await bus.jetstream().views.kv(LEASES_BUCKET, {
    ttl: ttlMs,
    history: 1,
    replicas: bus.streamReplicas,
    // A lease need not outlive the bus.
    storage: StorageType.Memory,
  });
  const { streamInfo } = await bucket.status();
  if (streamInfo.config.num_replicas !== bus.streamReplicas) {
    const manager = await bus.manager();
    const { name } = streamInfo.config;
    await manager.streams.update(name, { num_replicas: bus.streamReplicas });
  }
  return bucket;
}

/**
 * Asks for a lease in NATS KV, keeps it while it can, and asks again when it is lost.
 * At most one holder most of the time: a paused process may believe for a moment that it still holds. Whatever
 * must not happen twice needs a fence of its own.
 */
export function holdLease(
  bus: Bus,
  options: { name: string; ttlMs: number; onChange: (held: boolean) => void },
): Lease {
  const stopping = new AbortController();
  let bucket: KV | undefined;
  let revision: number | undefined;
  let renewedAt = 0;

  const set = (next: number | undefined) => {
    const changed = (revision === undefined) !== (next === undefined);
    revision = next;
    if (changed) options.onChange(next !== undefined);
  };

  const turn = async () => {
    try {
      bucket ??= await openBucket(bus, options.ttlMs);
      const asked = performance.now();
      const next =
        revision === undefined
          ? await bucket.create(options.name, bus.instance)
          : await bucket.update(options.name, bus.instance, revision);
      // The server counts from some moment after this one.
      renewedAt = asked;
      set(next);
    } catch {
      bucket = undefined;
      // Not being able to renew is no loss until the time is over; being told no is.
      if (bus.connected() || performance.now() - renewedAt > options.ttlMs) set(undefined);
    }
  };

  const running = (async () => {
    while (!stopping.signal.aborted) {
      await turn();
      await delay(options.ttlMs / 3, undefined, { signal: stopping.signal }).catch(() => undefined);
    }
  })();

  return {
    held: () => revision !== undefined && performance.now() - renewedAt <= options.ttlMs,
    async release() {
      stopping.abort();
      await running;
      const held = revision !== undefined;
      set(undefined);
      if (held && bus.connected()) await bucket?.delete(options.name).catch(() => undefined);
    },
  };
}
