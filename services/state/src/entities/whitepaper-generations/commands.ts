import type {
  Generation,
  GenerationInput,
  GenerationProgress,
  WhitepaperText,
} from "@vega/contracts";
import { ownerKey, timeAfter, whitepaperGenerations } from "@vega/contracts";
import type { Command, NewEvent } from "../../log/decision.ts";
import { accept, event, refuse } from "../../log/decision.ts";
import { documentRef, put, remove, subjectOf } from "../../store/document-ref.ts";
import { accountRefs, isOrphan, ORPHANED } from "../conversations/documents.ts";
import type { NewWhitepaper } from "../whitepapers/create.ts";
import { createWhitepaper, creationRefs } from "../whitepapers/create.ts";

/*
 * A generation is a document beside the log with a lease: the process that writes the paper renews it. Title and context
 * are in the document only.
 */

type Address = Pick<Generation, "owner" | "id">;

export const generationRef = ({ owner, id }: Address) =>
  documentRef("whitepaper_generations", `${ownerKey(owner)}/${id}`);

const NO_GENERATION = "there is no such generation; GET /api/whitepapers/generations lists them";
const hasEnded = ({ status }: Generation): string =>
  `the generation has ended already: it is ${status}`;

const NOTHING_YET: GenerationProgress = {
  sections: 0,
  written: 0,
  provider: null,
  served_by: null,
  usage: { prompt_tokens: 0, completion_tokens: 0 },
  cost_usd: null,
};

/** @param started.oldest ids of ended generations that make room */
export function decideBeginGeneration(started: {
  readonly address: Address;
  readonly input: GenerationInput;
  readonly leaseMs: number;
  readonly oldest: readonly string[];
}): Command<Generation> {
  const { address, input, leaseMs, oldest } = started;
  const ref = generationRef(address);
  return {
    reads: [...accountRefs(address.owner), ref],
    decide(view, now) {
      if (isOrphan(view, address.owner)) return refuse("unauthorized", ORPHANED);
      const generation: Generation = {
        ...address,
        ...input,
        ...NOTHING_YET,
        status: "running",
        started_at: now,
        ended_at: null,
        expires_at: timeAfter(now, leaseMs),
        whitepaper_id: null,
        error: null,
      };
      const data = {
        generation_id: address.id,
        owner: address.owner,
        length: input.length,
      };
      const gone = oldest.map((id) => remove(generationRef({ owner: address.owner, id })));
      const contract = whitepaperGenerations.events.started;
      return accept(
        [event(contract, subjectOf(ref), data, [put(ref, generation), ...gone])],
        generation,
      );
    },
  };
}

export function decideProgressGeneration(
  address: Address,
  progress: GenerationProgress,
  leaseMs: number,
): Command<null> {
  const ref = generationRef(address);
  return {
    reads: [ref],
    decide(view, now) {
      const before = view.get(ref);
      if (!before) return refuse("not_found", NO_GENERATION);
      if (before.status !== "running") return refuse("conflict", hasEnded(before));
      const next = { ...before, ...progress, expires_at: timeAfter(now, leaseMs) };
      const { sections, written } = next;
      const data = { generation_id: address.id, owner: address.owner, sections, written };
      const progressed = whitepaperGenerations.events.progressed;
      return accept([event(progressed, subjectOf(ref), data, [put(ref, next)])], null);
    },
  };
}

export type GenerationOutcome =
  | { readonly text: WhitepaperText }
  | { readonly error: NonNullable<Generation["error"]> };

/**
 * Ends a generation. A text becomes a draft in the same commit.
 * @param draft id of the draft, and number of whitepapers there are
 */
export function decideFinishGeneration(
  before: Generation,
  progress: GenerationProgress,
  outcome: GenerationOutcome,
  draft: Pick<NewWhitepaper, "id" | "count">,
): Command<Generation> {
  const ref = generationRef(before);
  const { title, language } = before;
  const created: NewWhitepaper | undefined =
    "text" in outcome
      ? { ...draft, title, language, status: "draft", text: outcome.text }
      : undefined;
  return {
    reads: [ref, ...(created ? creationRefs(created) : [])],
    decide(view, now, sequence) {
      const found = view.get(ref);
      if (!found) return refuse("not_found", NO_GENERATION);
      const status = "text" in outcome ? "complete" : "failed";
      // The reply to the first request may have been lost.
      if (found.status === status) return accept([], found);
      if (found.status !== "running") return refuse("conflict", hasEnded(found));
      if (!created) return endWith({ ...found, ...progress }, { status, ...outcome }, now, []);
      const made = createWhitepaper(view, created, now, sequence);
      if (!made.ok) return made;
      const whitepaper_id = made.result.id;
      return endWith({ ...found, ...progress }, { status, whitepaper_id }, now, made.events);
    },
  };
}

export function decideCancelGeneration(address: Address): Command<Generation> {
  const ref = generationRef(address);
  return {
    reads: [ref],
    decide(view, now) {
      const before = view.get(ref);
      if (!before) return refuse("not_found", NO_GENERATION);
      if (before.status === "cancelled") return accept([], before);
      if (before.status !== "running") return refuse("conflict", hasEnded(before));
      return endWith(before, { status: "cancelled" }, now, []);
    },
  };
}

/** Marks the proposed generations as failed whose lease has expired. */
export function decideSweepGenerations(proposed: readonly Address[]): Command<{ failed: number }> {
  return {
    reads: proposed.map((one) => generationRef(one)),
    decide(view, now) {
      const ends = proposed.flatMap((address): NewEvent[] => {
        const found = view.get(generationRef(address));
        if (found?.status !== "running") return [];
        if (found.expires_at === null || found.expires_at > now) return [];
        return [ending(found, { status: "failed", error: LOST }, now)];
      });
      return accept(ends, { failed: ends.length });
    },
  };
}

const LOST = {
  code: "lost",
  message: "the lease expired: the process that wrote the paper stopped responding; start it again",
};

type End = Pick<Generation, "status"> & Partial<Pick<Generation, "whitepaper_id" | "error">>;

const endWith = (before: Generation, end: End, now: string, events: readonly NewEvent[]) =>
  accept([...events, ending(before, end, now)], ended(before, end, now));

const ended = (before: Generation, end: End, now: string): Generation => ({
  ...before,
  ...end,
  ended_at: now,
  expires_at: null,
});

function ending(before: Generation, end: End, now: string): NewEvent {
  const next = ended(before, end, now);
  const ref = generationRef(next);
  const { id, owner, status, sections, written, whitepaper_id, error } = next;
  const data = {
    generation_id: id,
    owner,
    status,
    sections,
    written,
    whitepaper_id,
    error: error?.code ?? null,
  };
  return event(whitepaperGenerations.events.ended, subjectOf(ref), data, [put(ref, next)]);
}
