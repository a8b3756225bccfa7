import { createHmac } from "node:crypto";
import { MAX_AGENT_LENGTH } from "./bots.ts";
import { SESSION_GAP_MS } from "./sessions.ts";
import type { Activity, Gains, Session } from "./sessions.ts";

/** Visitors in the memory of one gateway: some 5 MB. */
export const MAX_VISITORS = 10_000;
const MAX_ADDRESS_LENGTH = 64;
/** 132 bits of the digest. */
const DIGEST_LENGTH = 22;

/** A visitor of the day, in the memory of this process. */
export interface Visitor {
  /** Known once the salt is. */
  digest: string | undefined;
  /** The session as it was last written to the bus, and its revision there. */
  known: { readonly session: Session; readonly revision: number } | undefined;
  /** Requests that were not counted yet. */
  activity: Activity | undefined;
  /** Being written: the outcome is unknown until a read shows the tag. */
  inFlight:
    | { readonly activity: Activity; readonly tag: string; gains: Gains | undefined }
    | undefined;
  last: number;
}

/** The visitors of one day by address and user agent, in bounded memory. */
export interface Visitors {
  /** Notes a request. @param from start of the request @returns false where the limit is reached */
  note(address: string, agent: string, views: number, from: number, now: number): boolean;
  /** Visitors with requests that were not counted yet, with their digests. @param salt of the day */
  digested(salt: Buffer): Visitor[];
  hasPending(): boolean;
  /** Everything of the visitor is counted. */
  settle(visitor: Visitor): void;
  /** Forgets addresses without requests for a while; all of them where many are known. */
  forgetIdle(now: number): void;
  /** Forgets all addresses. What is pending keeps its digest. @param salt of the day */
  forgetAddresses(salt: Buffer): void;
}

const digestOf = (salt: Buffer, key: string): string =>
  createHmac("sha256", salt).update(key).digest("base64url").slice(0, DIGEST_LENGTH);

export function createVisitors(): Visitors {
  const visitors = new Map<string, Visitor>();
  /** With their addresses until the digest is known. */
  const pending = new Map<Visitor, string>();
  let usedSalt: Buffer | undefined;

  return {
    note(address, agent, views, from, now) {
      const key = `${address.slice(0, MAX_ADDRESS_LENGTH)}\n${agent.slice(0, MAX_AGENT_LENGTH)}`;
      let visitor = visitors.get(key);
      if (!visitor) {
        if (visitors.size >= MAX_VISITORS) return false;
        visitor = {
          digest: undefined,
          known: undefined,
          activity: undefined,
          inFlight: undefined,
          last: now,
        };
        visitors.set(key, visitor);
      }
      const before = visitor.activity;
      visitor.activity = before
        ? {
            first: Math.min(before.first, from),
            last: Math.max(before.last, now),
            views: before.views + views,
          }
        : { first: from, last: now, views };
      visitor.last = now;
      if (!before) pending.set(visitor, key);
      return true;
    },
    digested(salt) {
      // Another gateway's salt, after the bus has lost its memory.
      if (usedSalt && !usedSalt.equals(salt)) {
        for (const visitor of visitors.values()) visitor.digest = undefined;
      }
      usedSalt = salt;
      for (const [visitor, key] of pending) visitor.digest ??= digestOf(salt, key);
      return [...pending.keys()];
    },
    hasPending: () => pending.size > 0,
    settle(visitor) {
      if (!visitor.activity && !visitor.inFlight) pending.delete(visitor);
    },
    forgetIdle(now) {
      const isFull = visitors.size > MAX_VISITORS / 2;
      for (const [key, visitor] of visitors) {
        const isIdle = isFull || now - visitor.last > SESSION_GAP_MS;
        if (isIdle && !pending.has(visitor)) visitors.delete(key);
      }
    },
    forgetAddresses(salt) {
      visitors.clear();
      usedSalt = undefined;
      for (const [visitor, key] of pending) {
        visitor.digest ??= digestOf(salt, key);
        pending.set(visitor, "");
      }
    },
  };
}
