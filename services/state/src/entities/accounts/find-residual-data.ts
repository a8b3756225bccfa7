import { ownedId, readNamespace, storedNamespace } from "@vega/contracts";
import { hasOrigin, isOfErasure, subjectsOf } from "./residual-data.ts";
import type { MessageLease, UsageHold } from "../../store/collections.ts";
import type { LogEntry, LogFilter, Store } from "../../store/store.ts";

/** Entries of the log that are read at once. */
const PAGE = 200;
/** Memory documents that are looked at, and so erased, in one round. */
const MEMORY = 1_000;
/** The same of conversations, and of the messages in them. */
const CONVERSATIONS = 200;
const MESSAGES = 10_000;
/** Answers under way that one step ends. */
const LEASES = 50;

/** What is left of an account beside its own documents. */
export interface Traces {
  /** Stored names. */
  readonly namespaces: readonly string[];
  /** Ids. */
  readonly conversations: readonly string[];
  /** Digests of idempotency keys. */
  readonly answerKeys: readonly string[];
  /** Of answers under way. */
  readonly leases: readonly MessageLease[];
  /** Of other calls under way. */
  readonly holds: readonly UsageHold[];
  /** Days with rollups. */
  readonly usageDays: readonly string[];
  /** Whether there may be some of these beyond those. */
  readonly more: boolean;
  /** Sequences of entries about the account. */
  readonly about: readonly number[];
  /** Sequences of other entries that the account caused and that say from where. */
  readonly by: readonly number[];
}

export async function findTraces(store: Store, userId: string): Promise<Traces> {
  const prefix = storedNamespace(userId, "");
  const [values, settings] = await Promise.all([
    store.query("memory", { prefix, limit: MEMORY }),
    store.query("memory_namespaces", { prefix, limit: MEMORY }),
  ]);
  const conversations = await findConversations(store, userId);
  const owned = { prefix: ownedId(userId, ""), limit: MEMORY };
  const [keys, leases, holds, days] = await Promise.all([
    store.query("answer_keys", owned),
    store.query("message_leases", { ...owned, limit: LEASES }),
    store.query("usage_holds", { ...owned, limit: LEASES }),
    store.query("usage_days", owned),
  ]);
  const names = [
    ...values.map(({ id }) => id.slice(0, id.indexOf("/"))),
    ...settings.map(({ id }) => id),
  ];
  const about = new Set<number>();
  for (const subjectPrefix of subjectsOf(userId)) {
    for await (const entry of entries(store, { subjectPrefix })) {
      if (!isOfErasure(entry)) about.add(entry.sequence);
    }
  }
  const by: number[] = [];
  for await (const entry of entries(store, { actor: userId })) {
    if (!about.has(entry.sequence) && hasOrigin(entry)) by.push(entry.sequence);
  }
  return {
    namespaces: [...new Set(names)].filter((name) => readNamespace(name).owner === userId),
    conversations: conversations.ids,
    answerKeys: keys.map(({ body }) => body.key),
    leases: leases.map(({ body }) => body),
    holds: holds.map(({ body }) => body),
    usageDays: days.map(({ id }) => id.slice(owned.prefix.length)),
    more:
      conversations.more ||
      leases.length === LEASES ||
      holds.length === LEASES ||
      [values, settings, keys, days].some(({ length }) => length === MEMORY),
    about: [...about],
    by,
  };
}

/** Conversations that one step can remove: how many messages they have counts. */
async function findConversations(store: Store, userId: string) {
  const found = await store.query("conversations", {
    prefix: ownedId(userId, ""),
    limit: CONVERSATIONS,
  });
  const ids: string[] = [];
  let messages = 0;
  for (const { body } of found) {
    const { id, message_count } = body;
    if (ids.length > 0 && messages + message_count > MESSAGES) return { ids, more: true };
    ids.push(id);
    messages += message_count;
  }
  return { ids, more: found.length === CONVERSATIONS };
}

/** All entries that meet a filter, newest first. */
async function* entries(store: Store, filter: Omit<LogFilter, "limit">): AsyncGenerator<LogEntry> {
  let before: number | undefined;
  for (;;) {
    const page = await store.queryLog({ ...filter, ...(before && { before }), limit: PAGE });
    yield* page;
    if (page.length < PAGE) return;
    before = page.at(-1)?.sequence;
  }
}
