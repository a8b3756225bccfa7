import type { StreamContract } from "@vega/contracts";
import type { ConsumerMessages } from "nats";
import { AckPolicy, ConsumerEvents, DeliverPolicy, nanos } from "nats";
import { setTimeout as delay } from "node:timers/promises";
import type { z } from "zod";
import type { Bus } from "./connect.ts";
import { apiErrorCode, ensureStream } from "./streams.ts";

const CONSUMER_EXISTS = new Set([10_013, 10_148]);
const RETRY_MS = 250;

/**
 * What to do with a message: `done` and never again; `again` soon (nothing was done); `drop` it as useless.
 * A handler that throws is `again`.
 */
export type Verdict = "done" | "again" | "drop";

export interface Consumption<Data extends z.ZodType> {
  readonly stream: StreamContract;
  readonly subject: string;
  readonly data: Data;
  /** Replicas with the same durable name share the messages; the position outlives all of them. */
  readonly durable: string;
  readonly handle: (data: z.output<Data>) => Promise<Verdict>;
}

/**
 * Consumes a subject durably, one message after the other, at least once: handlers are idempotent.
 * Survives a bus that goes away, also one that comes back without its streams.
 * @returns stops after the message under way.
 */
export function consume<Data extends z.ZodType>(
  bus: Bus,
  consumption: Consumption<Data>,
): () => Promise<void> {
  const stopping = new AbortController();
  let messages: ConsumerMessages | undefined;
  const running = (async () => {
    while (!stopping.signal.aborted) {
      try {
        messages = await open(bus, consumption);
        if (stopping.signal.aborted) break;
        watch(messages);
        for await (const message of messages) {
          await settle(bus, consumption, message);
          if (stopping.signal.aborted) break;
        }
      } catch (error) {
        if (!stopping.signal.aborted && bus.connected()) {
          bus.log.warn(
            { err: error, durable: consumption.durable },
            "consuming broke; trying again",
          );
        }
      }
      await delay(RETRY_MS, undefined, { signal: stopping.signal }).catch(() => undefined);
    }
  })();
  return async () => {
    stopping.abort();
    messages?.stop();
    await running;
  };
}

async function open(bus: Bus, consumption: Consumption<z.ZodType>): Promise<ConsumerMessages> {
  const { stream, durable, subject } = consumption;
  await ensureStream(bus, stream);
  const manager = await bus.nats.jetstreamManager();
  await manager.consumers
    .add(stream.name, {
      durable_name: durable,
      filter_subject: subject,
      deliver_policy: DeliverPolicy.All,
      ack_policy: AckPolicy.Explicit,
      ack_wait: nanos(10_000),
      max_ack_pending: 1,
    })
    .catch((error: unknown) => {
      if (!CONSUMER_EXISTS.has(apiErrorCode(error) ?? 0)) throw error;
    });
  const consumer = await bus.nats.jetstream().consumers.get(stream.name, durable);
  return consumer.consume({ max_messages: 10, expires: 5_000 });
}

/** Ends the iteration when what it reads from is gone, so that the loop above makes it anew. */
function watch(messages: ConsumerMessages): void {
  void (async () => {
    for await (const status of await messages.status()) {
      if (
        status.type === ConsumerEvents.ConsumerNotFound ||
        status.type === ConsumerEvents.StreamNotFound ||
        status.type === ConsumerEvents.ConsumerDeleted
      ) {
        messages.stop();
      }
    }
  })();
}

async function settle(
  bus: Bus,
  consumption: Consumption<z.ZodType>,
  message: { string(): string; ack(): void; nak(millis?: number): void; term(): void },
): Promise<void> {
  let verdict: Verdict;
  try {
    const parsed = consumption.data.safeParse(JSON.parse(message.string()));
    if (parsed.success) verdict = await consumption.handle(parsed.data);
    else {
      bus.log.error(
        { err: parsed.error, subject: consumption.subject },
        "a message out of contract",
      );
      verdict = "drop";
    }
  } catch (error) {
    verdict = error instanceof SyntaxError ? "drop" : "again";
    bus.log.warn(
      { err: error, subject: consumption.subject, verdict },
      "a message was not handled",
    );
  }
  if (verdict === "done") message.ack();
  else if (verdict === "again") message.nak(RETRY_MS);
  else message.term();
}
