import type { CloudEvent, JsonObject } from "@vega/contracts";
import { eventContract, maySee, messageDelta, storedNamespace } from "@vega/contracts";
import { randomUUID } from "node:crypto";
import { expect, test } from "vitest";
import { admit } from "../access/access.ts";
import type { Principal } from "../access/principal.ts";
import { userIdOf } from "../access/principal.ts";
import { viewerOf } from "../library/viewer.ts";
import { conversationOwner } from "../routes/conversation-owner.ts";
import { ownerToRead } from "../routes/memory-owner.ts";
import { testApp } from "../testing/app.ts";
import { openListener } from "../testing/listener.ts";
import { LOG_ID, moduleEvent } from "../testing/log.ts";
import { replyAsAuth, everyCredential } from "../testing/principals.ts";
import { storedEvents } from "../testing/stored-events.ts";
import { testKey } from "../testing/tokens.ts";
import { SSE_TYPES } from "./event-data.ts";

/*
 * Every event type, every role, every set of scopes: a client receives an event over SSE exactly where the route that
 * shows the same data lets the client read it. The expectation comes from the access table and the owner rules of the
 * routes, not from what the events declare.
 */

const ADA = randomUUID();
const BOB = randomUUID();
const NOW = Date.parse("2026-01-31T12:00:00.000Z");

interface Shown {
  /** The route that shows the data of an SSE type. */
  readonly route: string;
  /** Puts an owner into the data of a stored event; absent where the data has none. */
  readonly ownedBy?: (data: JsonObject, owner: string | null) => JsonObject;
  /** Whether the route shows the data of an owner to a principal that the access table lets in. */
  readonly shows?: (principal: Principal, owner: string | null, publicReads: boolean) => boolean;
}

const query = { shared: false };
const status: Shown = { route: "GET /api/status" };
const memory: Shown = {
  route: "GET /api/memory",
  ownedBy: (data, owner) => ({ ...data, namespace: storedNamespace(owner, "notes") }),
  shows: (principal, owner) => owner === null || ownerToRead({ principal, query }) === owner,
};
const conversation: Shown = {
  route: "GET /api/conversations",
  ownedBy: (data, owner) => ({ ...data, owner }),
  // Operators ask for conversations without an account by `?shared=true`; the stream does not send them.
  shows: (principal, owner) => owner !== null && conversationOwner({ principal, query }) === owner,
};

const preferences: Shown = {
  route: "GET /api/me/preferences",
  ownedBy: (data, owner) => ({ ...data, user_id: owner }),
  shows: (principal, owner) => owner !== null && userIdOf(principal) === owner,
};

const file: Shown = {
  route: "GET /api/library/files",
  ownedBy: (data, owner) => {
    const asset = data["asset"] as JsonObject;
    // Of an account: private. Of none: for everyone who may read.
    const visibility = owner === null ? "public" : "private";
    return { ...data, was: "private", asset: { ...asset, created_by: owner, visibility } };
  },
  shows: (principal, owner, publicReads) =>
    maySee(viewerOf(principal, publicReads), {
      created_by: owner,
      visibility: owner === null ? "public" : "private",
    }),
};

/** A new SSE type fails the first test until it is in this table. */
const SHOWN_BY: Readonly<Record<string, Shown>> = {
  crystal_created: status,
  crystal_imported: status,
  crystal_restored: status,
  loop_update: status,
  loop_started: { route: "GET /api/infinity-loop" },
  loop_stopped: { route: "GET /api/infinity-loop" },
  agent_changed: { route: "GET /api/agents" },
  module_changed: { route: "GET /api/modules" },
  memory_changed: memory,
  memory_configured: memory,
  conversation_changed: conversation,
  message_started: conversation,
  message_appended: conversation,
  message_progressed: conversation,
  message_completed: conversation,
  message_delta: conversation,
  preferences_changed: preferences,
  shared_preferences_changed: { route: "GET /api/preferences" },
  alert_raised: { route: "GET /api/alerts" },
  asset_changed: file,
  whitepaper_changed: { route: "GET /api/whitepapers" },
  whitepaper_generation_changed: {
    route: "GET /api/whitepapers/generations",
    ownedBy: (data, owner) => ({ ...data, owner }),
    shows: (principal, owner) => owner !== null && userIdOf(principal) === owner,
  },
};

/** One event to publish; `id` is its sequence, or the offset of a delta. */
interface Sample {
  readonly id: number;
  readonly name: string;
  /** Null for an event that is not streamed. */
  readonly shown: Shown | null;
  readonly owner: string | null;
  readonly event?: CloudEvent;
}

const OWNERS = [ADA, BOB, null];
const HEAD = 10;

/** Each stored event, once for each kind of owner; and a delta for each. */
function samplesOf(): Sample[] {
  const stored = storedEvents().flatMap(({ name, event }): Required<Omit<Sample, "id">>[] => {
    const type = eventContract(event.type)?.streamed?.sse.type;
    const shown = (type !== undefined && SHOWN_BY[type]) || null;
    const ownedBy = shown?.ownedBy;
    if (!ownedBy) return [{ name, shown, owner: null, event }];
    return OWNERS.map((owner) => {
      const data = ownedBy(event.data as JsonObject, owner);
      return { name, shown, owner, event: { ...event, data } };
    });
  });
  const inLog = stored.map((sample, index) => {
    const id = HEAD + 1 + index;
    return { ...sample, id, event: { ...sample.event, sequence: id } };
  });
  const deltas = OWNERS.map((owner, index) => ({
    id: 1_000_000 + index,
    name: "message_delta",
    shown: conversation,
    owner,
  }));
  return [...inLog, ...deltas];
}

test("the table of this test has each SSE type", () => {
  expect(Object.keys(SHOWN_BY).toSorted()).toEqual(SSE_TYPES.toSorted());
});

test.each([false, true])(
  "a client receives what it may read, with VEGA_PUBLIC_READS=%s",
  async (publicReads) => {
    const key = testKey("k1", () => NOW);
    const gateway = await testApp({ VEGA_PUBLIC_READS: String(publicReads) }, () => NOW);
    gateway.handleRequest = replyAsAuth(ADA, key);
    const { app, dependencies } = gateway;
    const { hub } = dependencies;
    hub.reset({ sequence: HEAD, logId: LOG_ID });
    try {
      const accessOf = (route: string) => {
        const row = app.accessTable.find(({ method, url }) => `${method} ${url}` === route);
        if (!row) throw new Error(`there is no route ${route}`);
        return row.access;
      };
      const isAllowed = (check: () => boolean | void): boolean => {
        try {
          return check() !== false;
        } catch {
          return false;
        }
      };
      const mayCall = (principal: Principal, route: string) =>
        isAllowed(() => admit(principal, accessOf(route), publicReads));

      const samples = samplesOf();
      const mayRead = (principal: Principal, { shown, owner }: Sample): boolean => {
        if (!shown || !mayCall(principal, shown.route)) return false;
        return isAllowed(() => shown.shows?.(principal, owner, publicReads) ?? true);
      };
      const origin = await app.listen({ port: 0 });
      const clients = await Promise.all(
        everyCredential(ADA, key, NOW).map(async (credential) => ({
          ...credential,
          listener: await openListener(origin, credential.token),
        })),
      );
      for (const { id, owner, event } of samples) {
        const ids = { conversation_id: "c", message_id: "c/00000001" };
        if (event) hub.publish(event);
        else hub.publishLive(messageDelta, { owner, ...ids, offset: id, text: "private" });
      }
      // Every client with an open stream receives this one: what comes before it is complete.
      const end = HEAD + 1 + samples.filter(({ event }) => event).length;
      hub.publish(moduleEvent(end));

      const label = ({ name, owner }: Sample) =>
        owner === null ? name : `${name} of ${owner === ADA ? "the client" : "another account"}`;
      for (const { name, principal, listener } of clients) {
        const isOpen = listener.status === 200;
        expect([name, isOpen]).toEqual([name, mayCall(principal, "GET /api/events")]);
        if (!isOpen) continue;
        const received = new Set(
          (await listener.readUntil(end)).map((data) => data["sequence"] ?? data["offset"]),
        );
        expect([name, ...samples.filter(({ id }) => received.has(id)).map(label)]).toEqual([
          name,
          ...samples.filter((sample) => mayRead(principal, sample)).map(label),
        ]);
        await listener.close();
      }
    } finally {
      await gateway.close();
    }
  },
);
