import { LEASES_BUCKET } from "@vega/contracts";
import type { KV } from "nats";
import { StorageType } from "nats";
import { once } from "node:events";
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
  /** Aborted when the bus is back: what was asked before is answered to nobody, and the lease may be gone. */
  let back = new AbortController();
  const offReconnect = bus.onReconnect(() => back.abort());
  let bucket: KV | undefined;
  let revision: number | undefined;
  let renewedAt = 0;

  const set = (next: number | undefined) => {
    const changed = (revision === undefined) !== (next === undefined);
    revision = next;
    if (changed) options.onChange(next !== undefined);
  };

  /** @returns the lease's revision, once it is ours */
  const ask = async (): Promise<number> => {
    bucket ??= await openBucket(bus, options.ttlMs);
    if (revision !== undefined) return bucket.update(options.name, bus.instance, revision);
    // Ours it may be by a question whose answer was lost.
    const there = await bucket.get(options.name);
    if (there?.operation === "PUT" && there.string() === bus.instance) {
      return bucket.update(options.name, bus.instance, there.revision);
    }
    return bucket.create(options.name, bus.instance);
  };

  const turn = async () => {
    const asked = performance.now();
    const lost = once(back.signal, "abort").then(() => Promise.reject(new Error("no answer")));
    try {
      const next = await Promise.race([ask(), lost]);
      // The server counts from some moment after this one.
      renewedAt = asked;
      set(next);
    } catch {
      bucket = undefined;
      if (back.signal.aborted) return;
      // Not being able to renew is no loss until the time is over; being told no is.
      if (bus.connected() || performance.now() - renewedAt > options.ttlMs) set(undefined);
    }
  };

  const running = (async () => {
    while (!stopping.signal.aborted) {
      back = new AbortController();
      const held = revision !== undefined;
      await turn();
      // A bus that lost the lease gives it anew at once.
      if (held && revision === undefined) continue;
      const signal = AbortSignal.any([stopping.signal, back.signal]);
      await delay(options.ttlMs / 3, undefined, { signal }).catch(() => undefined);
    }
  })();

  return {
    held: () => revision !== undefined && performance.now() - renewedAt <= options.ttlMs,
    async release() {
      stopping.abort();
      offReconnect();
      await running;
      const held = revision !== undefined;
      set(undefined);
      if (held && bus.connected()) await bucket?.delete(options.name).catch(() => undefined);
    },
  };
}
