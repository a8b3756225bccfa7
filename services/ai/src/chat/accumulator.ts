import type { ChatEvent, Json, JsonObject, Orchestra, Outcome } from "@vega/contracts";
import { createMessageAccumulator } from "@vega/contracts";
import type { Attempt } from "../failover/attempt.ts";
import type { CompletionEvent } from "../failover/complete.ts";
import type { Usage } from "../models/language-model.ts";
import type { Models } from "../models/models.ts";
import { spentOn } from "../models/usage.ts";
import { toChatFault } from "./errors.ts";

/** How a turn ended. `lost`: the connection to the caller was lost. */
export type End =
  | { readonly how: "complete" }
  | { readonly how: "cancelled" | "lost" }
  | { readonly how: "failed"; readonly error: unknown };

/** Accumulates the events of a completion. */
export interface Accumulator {
  /** @returns the event to emit; those of the end come from `ending` */
  take(event: CompletionEvent): ChatEvent | undefined;
  /** All text so far. */
  text(): string;
  /** The stored outcome. */
  outcome(end: End): Partial<Outcome> & Pick<Outcome, "status">;
  /** The last events of a complete turn. */
  ending(): ChatEvent[];
}

/** Stored characters of a finish reason; known ones have at most 20. */
const MAX_REASON = 128;

/** @param now milliseconds since the start of the turn */
export function createAccumulator(now: () => number, cost: Models["cost"]): Accumulator {
  let message = createMessageAccumulator();
  const attempts: Attempt[] = [];
  let servedBy: { provider: string; model: string } | undefined;
  let usage: Usage | undefined;
  let finish: string | undefined;
  let firstTokenMs: number | null = null;
  let orchestra: Orchestra | undefined;

  return {
    text: () => message.text(),
    take(event) {
      switch (event.kind) {
        case "headers":
          return { event: "headers", headers: { values: { ...event.headers } } };
        case "started":
          servedBy = { provider: event.provider, model: event.model };
          return { event: "started", started: servedBy };
        case "delta":
          firstTokenMs ??= rounded(now());
          message.add(event.delta);
          return {
            event: "delta",
            delta: {
              json: JSON.stringify(event.delta),
              ...(event.logprobs && { logprobs_json: JSON.stringify(event.logprobs) }),
            },
          };
        case "restart":
          message = createMessageAccumulator();
          [finish, usage] = [undefined, undefined];
          return undefined;
        case "finish":
          finish = event.reason;
          return undefined;
        case "usage":
          ({ usage } = event);
          return undefined;
        case "orchestra":
          orchestra = event.report;
          return undefined;
        default:
          attempts.push(event.attempt);
          return undefined;
      }
    },
    outcome(end) {
      const toolCalls = wellFormed(message.toolCalls());
      const text = message.text().toWellFormed();
      return {
        status: statusOf(end, text !== "" || toolCalls.length > 0),
        content: text === "" && toolCalls.length > 0 ? null : text,
        ...(toolCalls.length > 0 && { tool_calls: toolCalls }),
        ...(servedBy && { provider: servedBy.provider, model: nameOf(servedBy) }),
        ...spentOn({ usage, servedBy, orchestra }, cost),
        latency_ms: rounded(now()),
        first_token_ms: firstTokenMs,
        attempts: wellFormed([...attempts]),
        finish_reason: finish?.slice(0, MAX_REASON).toWellFormed() ?? null,
        error: wellFormed(errorOf(end)),
        ...(orchestra && { orchestra: wellFormed(orchestra) }),
      };
    },
    ending: () => [
      ...(finish === undefined ? [] : [{ event: "finish" as const, finish: { reason: finish } }]),
      ...(usage ? [{ event: "usage" as const, usage: { json: JSON.stringify(usage) } }] : []),
      {
        event: "completed",
        completed: orchestra ? { orchestra_json: JSON.stringify(orchestra) } : {},
      },
    ],
  };
}

/** Stores can't represent lone surrogates, which providers may send. */
const wellFormed = <Value extends Json>(value: Value): Value =>
  JSON.parse(JSON.stringify(value), (_, one: Json) =>
    typeof one === "string" ? one.toWellFormed() : one,
  ) as Value;

/** A partial completion is never stored as complete. */
function statusOf({ how }: End, hasContent: boolean): Outcome["status"] {
  switch (how) {
    case "complete":
    case "cancelled":
      return how;
    case "lost":
      return "truncated";
    default:
      return hasContent ? "truncated" : "failed";
  }
}

function errorOf(end: End): JsonObject | null {
  switch (end.how) {
    case "complete":
      return null;
    case "cancelled":
      return { kind: "cancelled", message: "cancelled by request" };
    case "lost":
      return { kind: "cancelled", message: "the connection to the caller was lost" };
    default: {
      const { kind, message } = toChatFault(end.error) ?? { kind: "internal", message: "" };
      return { kind, message };
    }
  }
}

const nameOf = ({ provider, model }: { provider: string; model: string }) => `${provider}/${model}`;
const rounded = (ms: number) => Math.round(ms * 10) / 10;
