import type { BudgetLimits, BudgetScope, NewMessage, Outcome } from "@vega/contracts";
import { outcomeSchema } from "@vega/contracts";
import { accountsInMemory, uuid } from "../users/testing.ts";
import { NOW } from "../../log/decision-testing.ts";
import { conversationRef, leaseRef, messageRef } from "./documents.ts";
import { budgetRef, usageDayRef } from "../usage/documents.ts";
import { decidePutBudget } from "../budgets/commands.ts";
import {
  decideFinishMessage,
  decideProgressMessage,
  decideSweepMessages,
} from "../messages/finish.ts";
import type { Beginning } from "../messages/start.ts";
import { decideStartMessage } from "../messages/start.ts";
import { decideDeleteConversation } from "./commands.ts";
import { CONVERSATION_LIMITS } from "./limits.ts";

/* Conversations in memory, for tests of decisions. */

export const LIMITS = CONVERSATION_LIMITS;
export const ADA = uuid(1);
export const TALK = uuid(100);

export const outcome = (of: Partial<Outcome> & Pick<Outcome, "status">): Outcome =>
  outcomeSchema.parse(of);

export const says = (content: string): NewMessage => ({ role: "user", content });

export const beginning = (of: Partial<Beginning>): Beginning => ({
  owner: ADA,
  conversation_id: TALK,
  request_id: null,
  messages: [],
  create: { title: "t" },
  lease_seconds: 30,
  model: "m",
  provider: "p",
  prompt: null,
  idempotency: null,
  charge: null,
  ...of,
});

export function conversationsInMemory() {
  const world = accountsInMemory();
  world.create(ADA, "ada");
  const message = (id: string) => world.stored(messageRef(ADA, id));
  const lease = (id: string) => world.document(leaseRef(ADA, id));
  const conversation = () => world.stored(conversationRef(ADA, TALK));
  /** What a conversation has under way. */
  const leases = () =>
    world.ids("message_leases").flatMap((id) => lease(id.slice(ADA.length + 1)) ?? []);
  return {
    ...world,
    /** A budget of its own day's and month's tokens and money. */
    limit: (scope: BudgetScope, id: string, limits: BudgetLimits, now = NOW) =>
      world.run(
        decidePutBudget({ scope, id, limits, uid: uuid(900), month: now.slice(0, 7) }),
        now,
      ),
    budget: (scope: BudgetScope, id: string) => world.stored(budgetRef(scope, id)),
    day: (owner: string, day: string) => world.document(usageDayRef(owner, day)),
    leases,
    drop: (now = NOW) => {
      return world.run(decideDeleteConversation(conversation(), leases()), now);
    },
    message,
    conversation,
    start: (
      messages: NewMessage[] = [],
      lease_seconds = 30,
      now = NOW,
      idempotency: Beginning["idempotency"] = null,
      charge: Beginning["charge"] = null,
      follows?: Beginning["follows"],
    ) =>
      world.run(
        decideStartMessage(
          beginning({ messages, lease_seconds, idempotency, charge, follows }),
          LIMITS,
        ),
        now,
      ),
    progress: (message_id: string, offset: number, text: string, now = NOW, lease_seconds = 30) =>
      world.run(
        decideProgressMessage({ owner: ADA, message_id, offset, text, lease_seconds }, LIMITS),
        now,
      ),
    finish: (message_id: string, end: Outcome, now = NOW) =>
      world.run(
        decideFinishMessage({ owner: ADA, message_id, outcome: end }, LIMITS, lease(message_id)),
        now,
      ),
    sweep: (message_id: string, now: string) =>
      world.run(decideSweepMessages([lease(message_id)].flatMap((one) => one ?? [])), now),
  };
}
