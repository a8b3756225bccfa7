import { createHmac } from "node:crypto";
import type { IncomingHttpHeaders } from "node:http";
import { MAX_AGENT_LENGTH } from "./bots.ts";
import { SESSION_GAP_MS } from "./sessions.ts";
import type { Activity, Gains, Session } from "./sessions.ts";

/** Visitors in the memory of one gateway: some 5 MB. */
export const MAX_VISITORS = 10_000;
const MAX_ADDRESS_LENGTH = 64;
/** Longer lists of proxies are read for each request. */
const MAX_FORWARDED_LENGTH = 128;
/** 132 bits of the digest. */
const DIGEST_LENGTH = 22;

/** What tells visitors apart; as fastify has it. */
export interface VisitorRequest {
  readonly headers: IncomingHttpHeaders;
  /** Address of the client, which may have to be parsed from proxy headers. */
  readonly ip: string;
  readonly socket: { readonly remoteAddress?: string | undefined };
}

/** A visitor of the day, in the memory of this process. */
export interface Visitor {
  /** Address and user agent; empty once it is forgotten. */
  key: string;
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
  note(request: VisitorRequest, views: number, from: number, now: number): boolean;
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

interface LastRequest {
  readonly userAgent: string;
  readonly forwarded: string | readonly string[] | undefined;
  readonly visitor: Visitor;
}

const digestOf = (salt: Buffer, key: string): string =>
  createHmac("sha256", salt).update(key).digest("base64url").slice(0, DIGEST_LENGTH);

const cut = (text: string, length: number): string =>
  text.length > length ? text.slice(0, length) : text;

/** What the client's address follows from: parsing it for each request costs more than all counting. */
function originOf(request: VisitorRequest): string {
  const forwarded = request.headers["x-forwarded-for"];
  const address = request.socket.remoteAddress ?? "";
  if (forwarded === undefined) return address;
  // A list of this length has another form than `address,list`.
  return forwarded.length > MAX_FORWARDED_LENGTH
    ? `=${request.ip}`
    : `${address},${String(forwarded)}`;
}

export function createVisitors(): Visitors {
  /** By user agent, then by origin: joining the two for each request would cost more than two lookups. */
  const visitors = new Map<string, Map<string, Visitor>>();
  let size = 0;
  const pending = new Set<Visitor>();
  let usedSalt: Buffer | undefined;
  /** The last request of each connection: a browser keeps its own, and comparing is cheaper than two lookups. */
  const lastOn = new WeakMap<object, LastRequest>();

  const find = (request: VisitorRequest): Visitor | undefined => {
    const userAgent = request.headers["user-agent"] ?? "";
    const forwarded = request.headers["x-forwarded-for"];
    const last = lastOn.get(request.socket);
    if (last?.userAgent === userAgent && last.forwarded === forwarded && last.visitor.key !== "") {
      return last.visitor;
    }
    const agent = cut(userAgent, MAX_AGENT_LENGTH);
    const origin = originOf(request);
    let visitor = visitors.get(agent)?.get(origin);
    if (!visitor) {
      if (size >= MAX_VISITORS) return undefined;
      visitor = add(request, agent, origin);
    }
    lastOn.set(request.socket, { userAgent, forwarded, visitor });
    return visitor;
  };

  const add = (request: VisitorRequest, agent: string, origin: string): Visitor => {
    const visitor: Visitor = {
      key: `${cut(request.ip, MAX_ADDRESS_LENGTH)}\n${agent}`,
      digest: undefined,
      known: undefined,
      activity: undefined,
      inFlight: undefined,
      last: 0,
    };
    const ofAgent = visitors.get(agent);
    if (ofAgent) ofAgent.set(origin, visitor);
    else visitors.set(agent, new Map([[origin, visitor]]));
    size += 1;
    return visitor;
  };

  return {
    note(request, views, from, now) {
      const visitor = find(request);
      if (!visitor) return false;
      visitor.last = now;
      const { activity } = visitor;
      if (activity) {
        if (from < activity.first) activity.first = from;
        if (now > activity.last) activity.last = now;
        activity.views += views;
      } else {
        visitor.activity = { first: from, last: now, views };
        pending.add(visitor);
      }
      return true;
    },
    digested(salt) {
      // Another gateway's salt, after the bus has lost its memory.
      if (usedSalt && !usedSalt.equals(salt)) {
        for (const ofAgent of visitors.values()) {
          for (const visitor of ofAgent.values()) visitor.digest = undefined;
        }
      }
      usedSalt = salt;
      for (const visitor of pending) visitor.digest ??= digestOf(salt, visitor.key);
      return [...pending];
    },
    hasPending: () => pending.size > 0,
    settle(visitor) {
      if (!visitor.activity && !visitor.inFlight) pending.delete(visitor);
    },
    forgetIdle(now) {
      const isFull = size > MAX_VISITORS / 2;
      for (const [agent, ofAgent] of visitors) {
        for (const [origin, visitor] of ofAgent) {
          const isIdle = isFull || now - visitor.last > SESSION_GAP_MS;
          if (!isIdle || pending.has(visitor)) continue;
          visitor.key = "";
          ofAgent.delete(origin);
          size -= 1;
        }
        if (ofAgent.size === 0) visitors.delete(agent);
      }
    },
    forgetAddresses(salt) {
      visitors.clear();
      size = 0;
      usedSalt = undefined;
      for (const visitor of pending) {
        visitor.digest ??= digestOf(salt, visitor.key);
        visitor.key = "";
      }
    },
  };
}
