import type { StreamContract } from "@vega/contracts";
import { VegaError } from "@vega/contracts";
import type { Consumer, JsMsg } from "nats";
import { AckPolicy, DeliverPolicy, nanos } from "nats";
import { setTimeout as delay } from "node:timers/promises";
import type { z } from "zod";
import type { Bus } from "./connect.ts";
import { apiErrorCode } from "./streams.ts";

const CONSUMER_EXISTS = new Set([10_013, 10_148]);
const RETRY_MS = 250;
/**
 * Timeout of an acknowledgement: after it the server redelivers the message, and until then delivers no other. A handler
 * that takes longer extends it every WORKING_MS.
 */
const ACK_WAIT_MS = 3_000;
const WORKING_MS = 1_000;

/**
 * How a message is settled: `done` acknowledges it; `again` has it redelivered soon, because nothing was done; `drop`
 * terminates it. A handler that throws means `again`.
 */
export type Settlement = "done" | "again" | "drop";

export interface Consumption<Data extends z.ZodType> {
  readonly stream: StreamContract;
  readonly subject: string;
  readonly data: Data;
  /** Replicas with the same durable name share the messages; the server keeps the position. */
  readonly durable: string;
  readonly handle: (data: z.output<Data>) => Promise<Settlement>;
}

/** Timeout of one pull at the server. */
const PULL_MS = 5_000;

/**
 * Consumes a subject durably, one message after the other, at least once: handlers are idempotent.
 * Waits for a missing stream, which its publisher creates. Survives a disconnected bus, also one that has lost its streams.
 * @returns stops after the message under way.
 */
export function consume<Data extends z.ZodType>(
  bus: Bus,
  consumption: Consumption<Data>,
): () => Promise<void> {
  const stopping = new AbortController();
  /** Resolves when the open consumer is to be closed: at the end, and after every reconnect. */
  let leave = Promise.withResolvers<void>();
  const offReconnect = bus.onReconnect(() => leave.resolve());

  const takeUntilLeft = async (consumer: Consumer): Promise<void> => {
    const left = leave.promise.then(() => "left" as const);
    for (;;) {
      const pull = consumer.next({ expires: PULL_MS });
      const message = await Promise.race([pull, left]);
      if (message === "left") {
        // A message that arrives after the pull was abandoned goes back to the other replicas.
        void pull.then(
          (late) => late?.nak(),
          () => undefined,
        );
        return;
      }
      if (message) await settle(bus, consumption, message);
      // Without a message: throws where the consumer does not exist any more.
      else await consumer.info();
    }
  };

  const running = (async () => {
    while (!stopping.signal.aborted) {
      try {
        const consumer = await open(bus, consumption);
        await takeUntilLeft(consumer);
      } catch (error) {
        if (!stopping.signal.aborted && bus.connected()) {
          bus.log.debug({ err: error, durable: consumption.durable }, "consuming failed; retrying");
        }
        await delay(RETRY_MS, undefined, { signal: stopping.signal }).catch(() => undefined);
      }
      if (!stopping.signal.aborted) leave = Promise.withResolvers();
    }
  })();
  return async () => {
    stopping.abort();
    offReconnect();
    leave.resolve();
    await running;
  };
}

async function open(bus: Bus, consumption: Consumption<z.ZodType>): Promise<Consumer> {
  const { stream, durable, subject } = consumption;
  const { consumers } = await bus.manager();
  const changeable = { ack_wait: nanos(ACK_WAIT_MS) };
  await consumers
    .add(stream.name, {
      durable_name: durable,
      filter_subject: subject,
      deliver_policy: DeliverPolicy.All,
      ack_policy: AckPolicy.Explicit,
      max_ack_pending: 1,
      ...changeable,
    })
    .catch((error: unknown) => {
      if (!CONSUMER_EXISTS.has(apiErrorCode(error) ?? 0)) throw error;
      // Created by an older version, with other settings.
      return consumers.update(stream.name, durable, changeable);
    });
  return bus.jetstream().consumers.get(stream.name, durable);
}

/** Least time between two log lines about an unavailable service, which have no stack. */
const AWAY_LINES_MS = 5_000;
const loggedAt = new WeakMap<Bus, number>();

function logFailure(bus: Bus, subject: string, error: unknown, settlement: Settlement): void {
  const isAway = error instanceof VegaError && error.status === 503;
  if (isAway && performance.now() - (loggedAt.get(bus) ?? -Infinity) < AWAY_LINES_MS) return;
  if (isAway) loggedAt.set(bus, performance.now());
  const what = isAway ? { reason: error.message } : { err: error };
  bus.log.warn({ ...what, subject, settlement }, "message not handled");
}

async function settle(
  bus: Bus,
  consumption: Consumption<z.ZodType>,
  message: Pick<JsMsg, "string" | "ack" | "nak" | "term" | "working">,
): Promise<void> {
  let settlement: Settlement;
  const working = setInterval(() => message.working(), WORKING_MS);
  try {
    const parsed = consumption.data.safeParse(JSON.parse(message.string()));
    if (parsed.success) settlement = await consumption.handle(parsed.data);
    else {
      bus.log.error(
        { err: parsed.error, subject: consumption.subject },
        "message does not match its contract",
      );
      bus.recordError(parsed.error, { kind: "dead_letter" });
      settlement = "drop";
    }
  } catch (error) {
    settlement = error instanceof SyntaxError ? "drop" : "again";
    if (settlement === "drop") bus.recordError(error, { kind: "dead_letter" });
    logFailure(bus, consumption.subject, error, settlement);
  } finally {
    clearInterval(working);
  }
  if (settlement === "done") message.ack();
  else if (settlement === "again") message.nak(RETRY_MS);
  else message.term();
}
