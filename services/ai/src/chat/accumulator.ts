import type { ChatEvent, Json, JsonObject, Orchestra, Outcome } from "@vega/contracts";
import { createAnswer } from "@vega/contracts";
import type { Attempt } from "../failover/attempt.ts";
import type { AnswerEvent } from "../failover/failover.ts";
import type { Usage } from "../models/language-model.ts";
import type { Models } from "../models/models.ts";
import { spentOn } from "../models/usage.ts";
import { toChatFault } from "./faults.ts";

/** How a turn came to its end. `lost`: the connection to the caller broke. */
export type End =
  | { readonly how: "complete" }
  | { readonly how: "cancelled" | "lost" }
  | { readonly how: "failed"; readonly fault: unknown };

/** What is known of an answer, event by event. */
export interface Tally {
  /** @returns what the caller is told now; the end is told once it is stored. */
  take(event: AnswerEvent): ChatEvent | undefined;
  /** All of the answer's text that has arrived. */
  text(): string;
  /** What is stored of it. */
  outcome(end: End): Partial<Outcome> & Pick<Outcome, "status">;
  /** What the caller is told of a complete one. */
  ending(): ChatEvent[];
}

/** Characters of a finish reason; none that is known has more than 20. */
const MAX_REASON = 128;

/** @param now milliseconds since the turn began */
export function createTally(now: () => number, cost: Models["cost"]): Tally {
  let answer = createAnswer();
  const attempts: Attempt[] = [];
  let speaker: { provider: string; model: string } | undefined;
  let usage: Usage | undefined;
  let finish: string | undefined;
  let firstTokenMs: number | null = null;
  let orchestra: Orchestra | undefined;

  return {
    text: () => answer.text(),
    take(event) {
      switch (event.kind) {
        case "headers":
          return { event: "headers", headers: { values: { ...event.headers } } };
        case "started":
          speaker = { provider: event.provider, model: event.model };
          return { event: "started", started: speaker };
        case "delta":
          firstTokenMs ??= rounded(now());
          answer.add(event.delta);
          return {
            event: "delta",
            delta: {
              json: JSON.stringify(event.delta),
              ...(event.logprobs && { logprobs_json: JSON.stringify(event.logprobs) }),
            },
          };
        case "anew":
          answer = createAnswer();
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
      const toolCalls = wellFormed(answer.toolCalls());
      const text = answer.text().toWellFormed();
      return {
        status: statusOf(end, text !== "" || toolCalls.length > 0),
        content: text === "" && toolCalls.length > 0 ? null : text,
        ...(toolCalls.length > 0 && { tool_calls: toolCalls }),
        ...(speaker && { provider: speaker.provider, model: nameOf(speaker) }),
        ...spentOn({ usage, speaker, orchestra }, cost),
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

/** Nobody can store half of a surrogate pair, which anything that a provider says may hold. */
const wellFormed = <Value extends Json>(value: Value): Value =>
  JSON.parse(JSON.stringify(value), (_, one: Json) =>
    typeof one === "string" ? one.toWellFormed() : one,
  ) as Value;

/** A message that says something and is no whole answer never looks like one. */
function statusOf({ how }: End, saysSomething: boolean): Outcome["status"] {
  switch (how) {
    case "complete":
    case "cancelled":
      return how;
    case "lost":
      return "truncated";
    default:
      return saysSomething ? "truncated" : "failed";
  }
}

function errorOf(end: End): JsonObject | null {
  switch (end.how) {
    case "complete":
      return null;
    case "cancelled":
      return { kind: "cancelled", message: "it was cancelled" };
    case "lost":
      return { kind: "cancelled", message: "the connection to the caller broke" };
    default: {
      const { kind, message } = toChatFault(end.fault) ?? { kind: "internal", message: "" };
      return { kind, message };
    }
  }
}

const nameOf = ({ provider, model }: { provider: string; model: string }) => `${provider}/${model}`;
const rounded = (ms: number) => Math.round(ms * 10) / 10;
