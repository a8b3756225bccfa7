import type { CloudEvent, JsonObject, LiveContract, Permission, Streamed } from "@vega/contracts";
import { eventContract, LIVE_MESSAGES, LOG_EVENTS } from "@vega/contracts";
import type { z } from "zod";

/** Every type that `?types=` may name. */
export const SSE_TYPES: readonly string[] = [
  ...new Set([
    ...LOG_EVENTS.flatMap(({ streamed }) => streamed?.sse.type ?? []),
    ...LIVE_MESSAGES.map(({ sse }) => sse.type),
  ]),
];

/** The recipients of one event. */
export interface Recipients {
  /** The only account that receives it; null: no account in particular. */
  readonly account: string | null;
  /** Permissions that a recipient has, all of them. */
  readonly requires: readonly Permission[];
  /** Only clients that are logged in receive it. */
  readonly loggedIn?: boolean;
}

/** The SSE type, data and recipients of an event. */
export interface SseData extends Recipients {
  readonly type: string;
  readonly data: JsonObject;
}

/** Undefined for an event without recipients. */
function recipientsOf<Data>(
  { audience, requires }: Streamed<Data>,
  data: Data,
): Recipients | undefined {
  const account = audience.to === "account" ? audience.accountOf(data) : null;
  const otherwise =
    audience.to === "account" && account === null ? audience.otherwise(data) : "everyone";
  if (otherwise === "none") return undefined;
  const permission =
    typeof requires === "string" ? requires : requires[account === null ? "everyone" : "account"];
  return {
    account,
    requires: audience.to === "operators" ? ["operate", permission] : [permission],
    ...(otherwise === "accounts" && { loggedIn: true }),
  };
}

/** Undefined for an event without recipients: not streamed, unknown to this version, or with erased content. */
export function toSseData(event: CloudEvent): SseData | undefined {
  const streamed = eventContract(event.type)?.streamed;
  if (!streamed || event.data === null) return undefined;
  const recipients = recipientsOf(streamed, event.data);
  if (!recipients) return undefined;
  const { type, data } = streamed.sse;
  const { sequence, time } = event;
  return { type, data: { type, ...data(event.data), sequence, time }, ...recipients };
}

/** The same for a live message. It is not in the log: its SSE event has no id, and a replay does not send it. */
export function toLiveData<Data extends z.ZodType>(
  contract: LiveContract<Data>,
  message: z.output<Data>,
): SseData | undefined {
  const recipients = recipientsOf(contract, message);
  const { type, data } = contract.sse;
  return recipients && { type, data: { type, ...data(message) }, ...recipients };
}
