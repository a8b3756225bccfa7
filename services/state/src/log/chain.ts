import type { RequestContext } from "@vega/contracts";
import canonicalize from "canonicalize";
import { createHash } from "node:crypto";
import { eraseContent } from "../store/erase.ts";
import type { LogContext, LogEntry, Origin } from "../store/store.ts";

/** What the first entry has for `previous_hash`. */
export const GENESIS_HASH = "0".repeat(64);

const sha256 = (value: object) =>
  createHash("sha256")
    .update(canonicalize(value) ?? "")
    .digest("hex");

type Unsealed = Omit<LogEntry, "digest" | "hash">;

export function digestOf({ salt, subject, context, data }: Unsealed): string {
  return sha256({ salt, subject, context, data });
}

export function hashOf(entry: Omit<LogEntry, "hash">): string {
  const { sequence, id, type, time, clock, digest, previous_hash } = entry;
  // Most entries have no clock of their own, and those of older versions never do.
  const beside = clock === undefined ? {} : { clock };
  return sha256({ sequence, id, type, time, ...beside, digest, previous_hash });
}

export function originDigestOf({ salt, address, user_agent }: Origin): string {
  return sha256({ salt, address, user_agent });
}

/** Takes from where it was caused out of a context: it can be erased there, and the rest still verifies. */
export function partOrigin(
  context: RequestContext,
  salt: string,
): { context: LogContext; origin?: Origin } {
  const { address, user_agent, ...actor } = context.actor;
  if (address === undefined && user_agent === undefined) return { context };
  const origin = { address: address ?? null, user_agent: user_agent ?? null, salt };
  return {
    context: { ...context, actor: { ...actor, origin_digest: originDigestOf(origin) } },
    origin,
  };
}

/** Makes the entry's place in the chain fast. */
export function seal(entry: Unsealed): LogEntry {
  const digested = { ...entry, digest: digestOf(entry) };
  return { ...digested, hash: hashOf(digested) };
}

/** Runs of removed entries by their first sequence; the hash is that of the last one. */
export type Gaps = ReadonlyMap<
  number,
  { readonly from: number; readonly to: number; readonly hash: string }
>;

/**
 * Walks entries that follow one another.
 * @param previous the hash and sequence before the first; undefined where it is not known.
 * @param gaps that may lie between them
 * @returns the first fault, by its sequence, or undefined where the chain is whole.
 */
export function firstBreak(
  entries: readonly LogEntry[],
  previous?: { sequence: number; hash: string },
  gaps?: Gaps,
): { sequence: number; reason: string } | undefined {
  let before = previous;
  for (const entry of entries) {
    const { sequence } = entry;
    const gap = before && gaps?.get(before.sequence + 1);
    if (gap && sequence === gap.to + 1) before = { sequence: gap.to, hash: gap.hash };
    if (before && sequence !== before.sequence + 1) {
      return { sequence: before.sequence + 1, reason: "the entry is missing" };
    }
    if (before && entry.previous_hash !== before.hash) {
      return { sequence, reason: "the entry does not follow from the one before" };
    }
    // What was erased can't be looked at any more; its digest is part of the hash all the same.
    if (entry.erased && canonicalize(entry) !== canonicalize(eraseContent(entry))) {
      return { sequence, reason: "the entry was erased, but has content again" };
    }
    if (!entry.erased && entry.digest !== digestOf(entry)) {
      return { sequence, reason: "the content was changed" };
    }
    const { origin } = entry;
    if (origin && originDigestOf(origin) !== entry.context.actor.origin_digest) {
      return { sequence, reason: "from where it was caused was changed" };
    }
    if (entry.hash !== hashOf(entry)) return { sequence, reason: "the entry was changed" };
    before = entry;
  }
  return undefined;
}
