import type { Charge, Message, Outcome } from "@vega/contracts";
import { ownerKey, timeAfter, usage } from "@vega/contracts";
import type { UsageHold } from "../../store/collections.ts";
import type { Change } from "../../store/store.ts";
import { documentRef, put, remove, subjectOf } from "../../store/document-ref.ts";
import { after } from "../../log/view-after.ts";
import { accountRefs, isOrphan, ORPHANED } from "../conversations/documents.ts";
import type { Command, NewEvent, DecisionView } from "../../log/decision.ts";
import type { DocumentRef } from "../../store/document-ref.ts";
import { accept, event, refuse } from "../../log/decision.ts";
import { reserve, settle } from "./charge.ts";
import { budgetRefs, settleRefs } from "./documents.ts";

/* Budget reservations of model calls outside of conversations, and their settlement. */

type Owner = string | null;

const holdRef = (owner: Owner, id: string) =>
  documentRef("usage_holds", `${ownerKey(owner)}/${id}`);

const readHold = (view: DecisionView, { owner, hold_id }: Pick<UsageHold, "owner" | "hold_id">) =>
  view.get(holdRef(owner, hold_id));

/** The documents that the settlement of calls reads. */
export const holdRefs = (holds: readonly UsageHold[]): DocumentRef[] =>
  holds.flatMap(({ owner, hold_id, reservation }) => [
    holdRef(owner, hold_id),
    ...settleRefs(owner, reservation),
  ]);

export function decideReserveUsage(asked: {
  readonly owner: Owner;
  readonly hold_id: string;
  readonly charge: Charge;
  readonly lease_seconds: number;
}): Command<null> {
  const { owner, hold_id, charge, lease_seconds } = asked;
  const ref = holdRef(owner, hold_id);
  return {
    reads: [...accountRefs(owner), ref, ...budgetRefs(owner, charge)],
    decide(view, now) {
      if (isOrphan(view, owner)) return refuse("unauthorized", ORPHANED);
      const reserved = reserve(view, owner, charge, now);
      if (!reserved.ok) return reserved;
      const { reservation, changes } = reserved.result;
      const expires_at = timeAfter(now, lease_seconds * 1_000);
      const hold: UsageHold = { owner, hold_id, expires_at, reservation };
      const sideChanges = [put(ref, hold), ...changes];
      return accept(
        [event(usage.events.reserved, subjectOf(ref), { owner, hold_id }, sideChanges)],
        null,
      );
    },
  };
}

/** @param hold as it is stored */
export function decideSettleUsage(
  hold: UsageHold,
  outcome: Outcome,
  counts: boolean,
): Command<null> {
  return {
    reads: holdRefs([hold]),
    decide(view) {
      if (!readHold(view, hold)) return refuse("not_found", "it was settled before");
      return accept([settled(view, hold, outcome, counts)], null);
    },
  };
}

/** Settles the proposed calls whose lease has expired: their prompts may have been read. */
export function decideSweepHolds(proposed: readonly UsageHold[]): Command<{ settled: number }> {
  return {
    reads: holdRefs(proposed),
    decide(view, now) {
      const events: NewEvent[] = [];
      let seen = view;
      for (const hold of proposed) {
        if (!readHold(view, hold) || hold.expires_at > now) continue;
        const next = settled(seen, hold, LOST, false);
        seen = after(seen, next.sideChanges);
        events.push(next);
      }
      return accept(events, { settled: events.length });
    },
  };
}

/** Ends the calls of an account that is being erased. */
export function dropHolds(view: DecisionView, holds: readonly UsageHold[]): Change[] {
  const all: Change[] = [];
  let seen = view;
  for (const hold of holds) {
    if (!readHold(view, hold)) continue;
    const { changes } = settle(seen, ended(hold, LOST), hold.reservation, {
      isErasure: true,
      counts: false,
    });
    all.push(remove(holdRef(hold.owner, hold.hold_id)), ...changes);
    seen = after(seen, changes);
  }
  return all;
}

/** The outcome of a call whose lease expired. */
const LOST = {
  status: "truncated",
  usage: null,
  cost_usd: null,
  attempts: [],
} as const satisfies Partial<Outcome>;

type Known = Pick<Outcome, "status" | "usage" | "cost_usd" | "content" | "tool_calls" | "model"> & {
  readonly attempts: readonly Message["attempts"][number][];
};

const ended = ({ owner }: UsageHold, { content = null, model = null, ...rest }: Known) => ({
  ...rest,
  attempts: [...rest.attempts],
  owner,
  content,
  model,
});

function settled(view: DecisionView, hold: UsageHold, outcome: Known, counts: boolean): NewEvent {
  const { owner, hold_id, reservation } = hold;
  const ref = holdRef(owner, hold_id);
  const { took, changes } = settle(view, ended(hold, outcome), reservation, { counts });
  const { prompt_tokens, completion_tokens, cost_usd } = took;
  const tokens = { prompt_tokens, completion_tokens };
  const data = { owner, hold_id, model: outcome.model ?? null, usage: tokens, cost_usd };
  return event(usage.events.settled, subjectOf(ref), data, [remove(ref), ...changes]);
}
