import type { Message, Outcome } from "@vega/contracts";
import { messages, timeAfter } from "@vega/contracts";
import type { z } from "zod";
import { subjectOf } from "../../store/document-ref.ts";
import { after } from "../../log/view-after.ts";
import type { Command, NewEvent, DecisionView } from "../../log/decision.ts";
import { accept, event, refuse } from "../../log/decision.ts";
import type { MessageLease } from "../../store/collections.ts";
import type { Owner } from "../conversations/documents.ts";
import {
  bytesOf,
  leaseRef,
  messageRef,
  NO_MESSAGE,
  putLease,
  putMessage,
  readLease,
  readMessage,
} from "../conversations/documents.ts";
import { completionChanges, pendingMessageRefs } from "./pending.ts";
import type { ConversationLimits } from "../conversations/limits.ts";

/* Progress and end of an assistant message. A message that has ended does not change. */

const tooLarge = (limits: ConversationLimits) =>
  refuse(
    "too_large",
    `the answer grew beyond the ${limits.messageBytes} bytes that a message may have (VEGA_MESSAGE_BYTES)`,
  );

const ended = ({ status }: Message) =>
  refuse("conflict", `the message has ended already: it is ${status}`);

/** Stores the text so far, and renews the lease. */
export function decideProgressMessage(
  asked: z.output<typeof messages.requests.progress.input>,
  limits: ConversationLimits,
): Command<{ text_length: number; lease_until: string }> {
  const { owner, message_id, offset, text, tool_calls, lease_seconds } = asked;
  const ref = messageRef(owner, message_id);
  return {
    reads: [ref, leaseRef(owner, message_id)],
    decide(view, now) {
      const message = readMessage(view, owner, message_id);
      if (!message) return refuse("not_found", NO_MESSAGE);
      if (message.status !== "streaming") return ended(message);
      const content = joined(message.content, offset, text);
      if (content === undefined) {
        return refuse("conflict", "the text at this offset does not continue the stored text");
      }
      const next: Message = { ...message, content, updated_at: now };
      if (tool_calls) next.tool_calls = tool_calls;
      if (bytesOf(next) > limits.messageBytes) return tooLarge(limits);
      const lease_until = timeAfter(now, lease_seconds * 1_000);
      const { conversation_id } = message;
      const text_length = content.length;
      const data = { conversation_id, owner, message_id, text_length };
      const progressed = event(messages.events.progressed, subjectOf(ref), data, [
        putMessage(next),
        putLease(next, lease_until, readLease(view, owner, message_id)?.reservation),
      ]);
      return accept([progressed], { text_length, lease_until });
    },
  };
}

/** The stored text extended by a part at an offset; undefined for a gap or a different overlap. */
function joined(stored: Message["content"], offset: number, text: string): string | undefined {
  if (typeof stored !== "string" || offset > stored.length) return undefined;
  const overlap = stored.slice(offset);
  if (text.startsWith(overlap)) return stored + text.slice(overlap.length);
  return overlap.startsWith(text) ? stored : undefined;
}

/**
 * Ends an assistant message; idempotent for the same status.
 * @param lease the stored lease of the message, if it still has one
 */
export function decideFinishMessage(
  { owner, message_id, outcome }: { owner: Owner; message_id: string; outcome: Outcome },
  limits: ConversationLimits,
  lease: MessageLease | undefined,
): Command<Message> {
  return {
    reads: [messageRef(owner, message_id), ...pendingMessageRefs(lease ? [lease] : [])],
    decide(view, now) {
      const message = readMessage(view, owner, message_id);
      if (!message) return refuse("not_found", NO_MESSAGE);
      if (message.role !== "assistant")
        return refuse("conflict", "this is not an assistant message");
      if (message.status === outcome.status) return accept([], message);
      if (message.status !== "streaming") return ended(message);
      if (outcome.status === "complete" && outcome.content === undefined) {
        return refuse("invalid", "a complete message needs its content");
      }
      const next = withOutcome(message, outcome, now);
      if (bytesOf(next) > limits.messageBytes) return tooLarge(limits);
      return accept([completed(view, next, lease)], next);
    },
  };
}

/** Error of a message whose lease expired. */
const LOST = {
  kind: "lost",
  message: "the lease of the message expired: its process stopped responding",
};

/** Marks the proposed messages as truncated whose lease has expired. */
export function decideSweepMessages(
  proposed: readonly MessageLease[],
): Command<{ truncated: number }> {
  return {
    reads: pendingMessageRefs(proposed),
    decide(view, now) {
      const events: NewEvent[] = [];
      let seen = view;
      for (const { owner, message_id } of proposed) {
        const message = readMessage(view, owner, message_id);
        const lease = readLease(view, owner, message_id);
        // The lease may have been renewed, or the message ended, since it was proposed.
        if (!message || message.status !== "streaming") continue;
        if (lease && lease.expires_at > now) continue;
        const lost = { ...message, status: "truncated" as const, error: LOST, updated_at: now };
        const next = completed(seen, lost, lease);
        seen = after(seen, next.sideChanges);
        events.push(next);
      }
      return accept(events, { truncated: events.length });
    },
  };
}

/** Members that the outcome lacks keep their values. */
function withOutcome(message: Message, outcome: Outcome, now: string): Message {
  const { content = message.content, tool_calls, model, provider, ...rest } = outcome;
  return {
    ...message,
    ...rest,
    content,
    ...(tool_calls !== undefined && { tool_calls }),
    model: model === undefined ? message.model : model,
    provider: provider === undefined ? message.provider : provider,
    updated_at: now,
  };
}

function completed(
  view: DecisionView,
  message: Message,
  lease: MessageLease | undefined,
): NewEvent {
  const { owner, id, conversation_id, status, model, provider, usage, cost_usd } = message;
  if (status === "streaming") throw new Error("a message that goes on has not ended");
  return event(
    messages.events.completed,
    subjectOf(messageRef(owner, id)),
    {
      conversation_id,
      owner,
      message_id: id,
      status,
      model,
      provider,
      usage,
      cost_usd,
      bytes: bytesOf(message),
    },
    completionChanges(view, message, lease),
  );
}
