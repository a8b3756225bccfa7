import { LEASES_BUCKET } from "@vega/contracts";
import type { KV } from "nats";
import { StorageType } from "nats";
import { once } from "node:events";
import { setTimeout as delay } from "node:timers/promises";
import type { Bus } from "./connect.ts";

export interface Lease {
  held(): boolean;
  /** Releases the lease at once and stops acquiring it. */
  release(): Promise<void>;
}

/** With the configured number of replicas, also where it was created with fewer: a single one is lost with its server. */
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
 * Acquires a lease in NATS KV, renews it, and acquires it again when it was lost.
 * At most one holder most of the time: a paused process may believe for a moment that it still holds it. Work that must
 * not happen twice needs its own fence.
 */
export function holdLease(
  bus: Bus,
  options: { name: string; ttlMs: number; onChange: (held: boolean) => void },
): Lease {
  const stopping = new AbortController();
  /** Aborted by a reconnect: replies to earlier requests are lost, and the lease may be gone. */
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

  /** @returns the lease's revision, once it is held */
  const acquire = async (): Promise<number> => {
    bucket ??= await openBucket(bus, options.ttlMs);
    if (revision !== undefined) return bucket.update(options.name, bus.instance, revision);
    // A request whose reply was lost may have acquired it.
    const there = await bucket.get(options.name);
    if (there?.operation === "PUT" && there.string() === bus.instance) {
      return bucket.update(options.name, bus.instance, there.revision);
    }
    return bucket.create(options.name, bus.instance);
  };

  const attempt = async () => {
    const requestedAt = performance.now();
    const lost = once(back.signal, "abort").then(() =>
      Promise.reject(new Error("reconnected before the reply")),
    );
    try {
      const next = await Promise.race([acquire(), lost]);
      // The server counts from a later moment.
      renewedAt = requestedAt;
      set(next);
    } catch {
      bucket = undefined;
      if (back.signal.aborted) return;
      // An unreachable server means a loss only after the TTL, a refusal at once.
      if (bus.connected() || performance.now() - renewedAt > options.ttlMs) set(undefined);
    }
  };

  const running = (async () => {
    while (!stopping.signal.aborted) {
      back = new AbortController();
      const held = revision !== undefined;
      await attempt();
      // A bus that has lost the lease grants it again at once.
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
