import type { MemoryStreamContract } from "@vega/contracts";
import { directGet } from "@vega/contracts";
import type { JetStreamManager } from "nats";
import { DiscardPolicy, nanos, RetentionPolicy, StorageType } from "nats";
import type { Bus } from "./connect.ts";
import { apiErrorCode, STREAM_NOT_FOUND } from "./streams.ts";

const WRONG_LAST_SEQUENCE = 10_071;
/** The server reports both limits, of messages and bytes, with this code. */
const STORE_FAILED = 10_077;
const NO_MESSAGE = 404;
const READ_TIMEOUT_MS = 3_000;
const SECOND_MS = 1_000;

/** The newest value of a key. `revision` changes with each write. */
export interface MemoryValue {
  readonly value: string;
  readonly revision: number;
}

/** Values under keys in the memory of the bus: lost with the bus, never on disk. Every method rejects without a bus. */
export interface MemoryStream {
  /** Creates the stream if it is missing: it was never created, or the bus has lost its memory. */
  ensure(): Promise<void>;
  /** Values are removed by the bus after this time. It starts with the write of each value. */
  expireAfter(ms: number): Promise<void>;
  read(key: string): Promise<MemoryValue | undefined>;
  /**
   * Writes if nobody else has written since. Rejects where the outcome is unknown.
   * @param revision of the value read; 0: there was none
   * @returns the new revision; `conflict`: another revision is stored; `full`: the stream has reached its limit
   */
  write(key: string, value: string, revision: number): Promise<number | "conflict" | "full">;
  /** Removes a key, or all keys below one (`seen.2026-11-30.>`). @param until only revisions up to this one */
  remove(key: string, until?: number): Promise<void>;
}

/** In nanoseconds; the server takes a second at least. */
const ageOf = (ms: number) => nanos(Math.max(SECOND_MS, Math.ceil(ms)));

/** @param ttlMs of values, for a stream that has to be created; see `expireAfter` */
export function openMemoryStream(
  bus: Bus,
  { name, prefix, description, maxBytes }: MemoryStreamContract,
  ttlMs: number,
): MemoryStream {
  const subjectOf = (key: string) => `${prefix}.${key}`;
  const create = (manager: JetStreamManager) =>
    manager.streams.add({
      name,
      description,
      subjects: [`${prefix}.>`],
      storage: StorageType.Memory,
      retention: RetentionPolicy.Limits,
      discard: DiscardPolicy.New,
      max_msgs_per_subject: 1,
      max_bytes: maxBytes,
      max_age: ageOf(ttlMs),
      num_replicas: bus.streamReplicas,
      allow_direct: true,
      // Writes are fenced by revisions; the window costs memory for each message.
      duplicate_window: nanos(SECOND_MS),
    });

  return {
    async ensure() {
      const manager = await bus.manager();
      try {
        await manager.streams.info(name);
      } catch (error) {
        if (apiErrorCode(error) !== STREAM_NOT_FOUND) throw error;
        await create(manager);
      }
    },
    async expireAfter(ms) {
      const manager = await bus.manager();
      await manager.streams.update(name, { max_age: ageOf(ms) });
    },
    async read(key) {
      // Not in the client's public types. Without the stream nobody replies, and the request rejects.
      const subject = `${directGet(name)}.${subjectOf(key)}`;
      const reply = await bus.nats.request(subject, "", { timeout: READ_TIMEOUT_MS });
      const status = reply.headers?.code ?? 0;
      if (status === NO_MESSAGE) return undefined;
      const revision = Number(reply.headers?.get("Nats-Sequence"));
      if (status !== 0 || !(revision > 0)) {
        throw new Error(`the bus replied ${status} ${reply.headers?.description ?? ""} to a read`);
      }
      return { value: reply.string(), revision };
    },
    async write(key, value, revision) {
      try {
        const expect = { lastSubjectSequence: revision };
        const ack = await bus.jetstream().publish(subjectOf(key), value, { expect });
        return ack.seq;
      } catch (error) {
        const code = apiErrorCode(error);
        if (code === WRONG_LAST_SEQUENCE) return "conflict";
        if (code === STORE_FAILED) return "full";
        throw error;
      }
    },
    async remove(key, until) {
      const manager = await bus.manager();
      const filter = subjectOf(key);
      await manager.streams.purge(
        name,
        until === undefined ? { filter } : { filter, seq: until + 1 },
      );
    },
  };
}
