import type { Message, NewMessage, Outcome } from "@vega/contracts";
import { outcomeSchema } from "@vega/contracts";
import { accountsInMemory, uuid } from "../accounts/testing.ts";
import type { JsonObject } from "@vega/contracts";
import { NOW } from "../testing.ts";
import { finishMessage, progressMessage, sweepMessages } from "./answer.ts";
import type { Beginning } from "./append.ts";
import { appendMessages, startMessage } from "./append.ts";
import { CONVERSATION_LIMITS } from "./limits.ts";

/* Conversations in memory, for tests of decisions. */

export const LIMITS = CONVERSATION_LIMITS;
export const ADA = uuid(1);
export const TALK = uuid(100);

export const outcome = (of: Partial<Outcome> & Pick<Outcome, "status">): Outcome =>
  outcomeSchema.parse(of);

export const says = (content: string): NewMessage => ({ role: "user", content });

export function conversationsInMemory() {
  const world = accountsInMemory();
  world.create(ADA, "ada");
  const at = { owner: ADA, conversation_id: TALK, request_id: null };
  const message = (id: string) => world.documents[`messages/${ADA}/${id}`] as unknown as Message;
  return {
    ...world,
    message,
    document: (collection: string, id: string): JsonObject | undefined =>
      world.documents[`${collection}/${id}`],
    append: (messages: NewMessage[], now = NOW) =>
      world.run(appendMessages({ ...at, messages, create: { title: "" } }, LIMITS), now),
    start: (
      messages: NewMessage[] = [],
      lease_seconds = 30,
      now = NOW,
      idempotency: Beginning["idempotency"] = null,
    ) =>
      world.run(
        startMessage(
          {
            ...at,
            messages,
            create: { title: "t" },
            lease_seconds,
            model: "m",
            provider: "p",
            prompt: null,
            idempotency,
          },
          LIMITS,
        ),
        now,
      ),
    progress: (message_id: string, offset: number, text: string, now = NOW, lease_seconds = 30) =>
      world.run(
        progressMessage({ owner: ADA, message_id, offset, text, lease_seconds }, LIMITS),
        now,
      ),
    finish: (message_id: string, end: Outcome, now = NOW) =>
      world.run(finishMessage({ owner: ADA, message_id, outcome: end }, LIMITS), now),
    sweep: (message_id: string, now: string) =>
      world.run(sweepMessages([{ owner: ADA, message_id }]), now),
  };
}
