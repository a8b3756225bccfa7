import type { RequestContract } from "@vega/contracts";
import * as contracts from "@vega/contracts";
import { request } from "@vega/messaging";
import type { Network } from "@vega/test-support";
import { readWholeLog, startNetwork, until } from "@vega/test-support";
import { randomUUID } from "node:crypto";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { z } from "zod";

/* Every request of conversations over a real bus, on SQLite. */

let network: Network;
beforeAll(async () => {
  network = await startNetwork({ services: ["state"] });
});
afterAll(() => network.close());

const context = { actor: { id: "system:ai" }, request_id: "a-request" };
const ask = <Input extends z.ZodType, Output extends z.ZodType>(
  contract: RequestContract<Input, Output>,
  input: z.input<Input>,
) => request(network.bus, contract, input, context);

async function newOwner() {
  const user = {
    id: randomUUID(),
    username: `user-${randomUUID()}`,
    email: null,
    password_hash: "bcrypt",
    role: "user" as const,
  };
  return (await ask(contracts.users.requests.createDocument, { user, by: "self" })).user.id;
}

const LEASE = { lease_seconds: 30 };
const says = (content: string) => ({ role: "user" as const, content });

/** The content of the assistant message that ends a conversation of `newTalk`. */
const REPLY = "so";

const newTalk = (owner: string | null, texts: string[], title = "") =>
  talkOn(owner, randomUUID(), texts, title);

/** Adds messages to a conversation, created if needed, with a reply. @returns the conversation's id */
async function talkOn(owner: string | null, conversation_id: string, texts: string[], title = "") {
  const messages = texts.map(says);
  const { message } = await ask(contracts.messages.requests.start, {
    owner,
    conversation_id,
    create: { title },
    messages,
    ...LEASE,
  });
  const outcome = { status: "complete" as const, content: REPLY };
  await ask(contracts.messages.requests.finish, { owner, message_id: message.id, outcome });
  return conversation_id;
}

test("a turn is stored as it happens", async () => {
  const owner = await newOwner();
  const conversation_id = randomUUID();
  const at = { owner, conversation_id };
  const started = await ask(contracts.messages.requests.start, {
    ...at,
    ...LEASE,
    create: { title: "ravens" },
    messages: [says("why?")],
    model: "smart",
  });
  const { id: message_id } = started.message;
  expect(started.message).toMatchObject({ position: 1, request_id: "a-request" });
  const stored = async () => (await ask(contracts.messages.requests.list, at)).messages.at(-1);
  const part = { owner, message_id, offset: 0, text: "because 🐦", ...LEASE };
  expect((await ask(contracts.messages.requests.progress, part)).text_length).toBe(10);
  expect(await stored()).toMatchObject({ status: "streaming", content: "because 🐦" });
  const outcome = {
    status: "complete" as const,
    content: "because 🐦 they can",
    provider: "wall",
    usage: { prompt_tokens: 1, completion_tokens: 4 },
    attempts: [{ model: "wall/a", fault: "unavailable" }],
  };
  const { message } = await ask(contracts.messages.requests.finish, { owner, message_id, outcome });
  expect(await stored()).toEqual(message);
  expect(message).toMatchObject({ ...outcome, model: "smart" });
  await expect(ask(contracts.messages.requests.progress, part)).rejects.toMatchObject({
    code: "conflict",
  });
});

test("messages are listed in order, page by page, after a restart", async () => {
  const owner = await newOwner();
  const texts = Array.from({ length: 70 }, (_, n) => `message ${n}`);
  const at = { owner, conversation_id: await newTalk(owner, texts) };
  await network.stop("state");
  await network.start("state");
  const read = async (newest_first: boolean) => {
    const contents: unknown[] = [];
    let pages = 0;
    for (let cursor: number | null = null; ; pages += 1) {
      const page: contracts.RequestOutput<typeof contracts.messages.requests.list> = await ask(
        contracts.messages.requests.list,
        { ...at, cursor, limit: 33, newest_first },
      );
      contents.push(...page.messages.map(({ content }) => content));
      cursor = page.next_cursor;
      if (cursor === null) return { contents, pages: pages + 1 };
    }
  };
  expect(await read(false)).toEqual({ contents: [...texts, REPLY], pages: 3 });
  expect(await read(true)).toEqual({ contents: [REPLY, ...texts.toReversed()], pages: 3 });
});

test("a page ends early where messages are large", async () => {
  const owner = await newOwner();
  const at = { owner, conversation_id: await newTalk(owner, ["x".repeat(200_000)]) };
  const messages = [says("y".repeat(200_000))];
  await ask(contracts.messages.requests.start, { ...at, messages, ...LEASE });
  const first = await ask(contracts.messages.requests.list, at);
  expect(first).toMatchObject({ messages: { length: 2 }, next_cursor: 1 });
  const second = await ask(contracts.messages.requests.list, { ...at, cursor: first.next_cursor });
  expect(second).toMatchObject({ messages: { length: 2 }, next_cursor: null });
});

test("members' texts of an ensemble count for the page size: a page fits into a message of the bus", async () => {
  const owner = await newOwner();
  const at = { owner, conversation_id: randomUUID() };
  const spoken = {
    model: "wall/a",
    angle: null,
    status: "answered" as const,
    text: "x".repeat(16 * 1024),
    error: null,
    usage: null,
    cost_usd: null,
    latency_ms: 1,
    first_token_ms: 1,
  };
  const seats = Array.from({ length: 16 }, (_, n) => ({ ...spoken, seat: `wall/${n}` }));
  const orchestra = {
    ensemble: "default",
    mode: "best_of" as const,
    seats,
    quorum_ms: 1,
    conductor: null,
    chosen: "wall/0",
    cost_usd: null,
  };
  // As many as would be more than the 8 MB that the bus takes.
  const turns = 36;
  for (let turn = 0; turn < turns; turn += 1) {
    const beginning = { ...at, ...LEASE, create: turn === 0 ? { title: "" } : null };
    const messages = [says("why?")];
    const { message } = await ask(contracts.messages.requests.start, {
      ...beginning,
      messages,
      model: "o",
    });
    const outcome = { status: "complete" as const, content: "so", orchestra };
    await ask(contracts.messages.requests.finish, { owner, message_id: message.id, outcome });
  }
  let read = 0;
  for (let cursor: number | null = null; ;) {
    const page: contracts.RequestOutput<typeof contracts.messages.requests.list> = await ask(
      contracts.messages.requests.list,
      { ...at, cursor, limit: 200, newest_first: true },
    );
    read += page.messages.length;
    cursor = page.next_cursor;
    if (cursor === null) break;
  }
  expect(read).toBe(2 * turns);
});

test("an owner's are listed by their last use, and another's are not there", async () => {
  const [ada, bob] = [await newOwner(), await newOwner()];
  const [one, two, three] = [
    await newTalk(ada, ["1"]),
    await newTalk(ada, ["2"]),
    await newTalk(ada, ["3"]),
  ];
  await newTalk(bob, ["bob's"]);
  await ask(contracts.messages.requests.start, {
    owner: ada,
    conversation_id: one,
    messages: [says("4")],
    ...LEASE,
  });
  const first = await ask(contracts.conversations.requests.list, { owner: ada, limit: 2 });
  const { next_cursor: cursor } = first;
  const rest = await ask(contracts.conversations.requests.list, { owner: ada, limit: 2, cursor });
  const ids = [...first.conversations, ...rest.conversations].map(({ id }) => id);
  expect(ids).toEqual([one, three, two]);
  expect(rest.next_cursor).toBeNull();
  for (const contract of [
    contracts.conversations.requests.get,
    contracts.conversations.requests.delete,
  ]) {
    const asked = ask(contract, { owner: bob, conversation_id: one });
    await expect(asked).rejects.toMatchObject({ code: "not_found" });
  }
});

describe("a search", () => {
  const searcher =
    (owner: string | null) =>
    (text: string, limit = 50, cursor: string | null = null) =>
      ask(contracts.conversations.requests.search, { owner, text, limit, cursor });

  test("finds words in titles and messages, in any case, one's own only; titles first", async () => {
    const [ada, bob] = [await newOwner(), await newOwner()];
    const titled = await newTalk(ada, ["nothing, but a raven"], "On RAVENS");
    const told = await newTalk(ada, ["a Raven sat", "on a tree"], "birds");
    await newTalk(bob, ["a raven of bob's"]);
    const search = searcher(ada);
    expect(await search("raven")).toMatchObject({
      found: [
        { conversation: { id: titled }, message_id: null, excerpt: "On RAVENS" },
        {
          conversation: { id: told },
          message_id: contracts.messageId(told, 0),
          excerpt: "a Raven sat",
        },
      ],
      partly: [],
      complete: true,
      next_cursor: null,
    });
    const first = await search("raven", 1);
    expect(first.found).toMatchObject([{ conversation: { id: titled } }]);
    expect(await search("raven", 1, first.next_cursor)).toMatchObject({
      found: [{ conversation: { id: told } }],
      next_cursor: null,
    });
    expect((await search("crow")).found).toEqual([]);
    expect((await search("raven tree")).found).toEqual([]);
    expect((await search("?!")).found).toEqual([]);
  });

  test("finds each conversation once over all pages, by its newest match", async () => {
    const owner = await newOwner();
    const ids: string[] = [];
    for (let n = 0; n < 5; n += 1) {
      ids.push(await newTalk(owner, [`heron ${n}`, "nothing", `heron ${n} again`]));
    }
    // The oldest conversation has the newest match now.
    const [oldest = ""] = ids;
    await talkOn(owner, oldest, ["one more heron"]);
    const expected = [oldest, ...ids.slice(1).toReversed()];
    const search = searcher(owner);
    for (const limit of [1, 2, 5]) {
      const found: unknown[] = [];
      for (let cursor: string | null = null; ;) {
        const page = await search("HERON", limit, cursor);
        found.push(
          ...page.found.map(({ conversation, message_id }) => [conversation.id, message_id]),
        );
        cursor = page.next_cursor;
        if (cursor === null) break;
        expect(page.found).toHaveLength(limit);
      }
      expect(found).toEqual(
        // Of messages that were added at once the first one counts as the newest.
        expected.map((id) => [id, contracts.messageId(id, id === oldest ? 4 : 0)]),
      );
    }
    await ask(contracts.conversations.requests.delete, { owner, conversation_id: oldest });
    expect((await search("heron")).found).toHaveLength(4);
  });

  test("leaves out replaced branches and answers under way", async () => {
    const owner = await newOwner();
    const conversation_id = await newTalk(owner, ["one stork"]);
    await talkOn(owner, conversation_id, ["a stork replaced"]);
    const search = searcher(owner);
    const newest = async () => (await search("stork")).found.map(({ message_id }) => message_id);
    expect(await newest()).toEqual([contracts.messageId(conversation_id, 2)]);
    const follows = contracts.messageId(conversation_id, 0);
    const at = { owner, conversation_id };
    const started = await ask(contracts.messages.requests.start, {
      ...at,
      follows,
      lease_seconds: 30,
    });
    const message_id = started.message.id;
    expect(await newest()).toEqual([follows]);
    const part = { owner, message_id, offset: 0, text: "a stork to come", lease_seconds: 30 };
    await ask(contracts.messages.requests.progress, part);
    expect(await newest()).toEqual([follows]);
    const outcome = { status: "complete" as const, content: "a stork that came" };
    await ask(contracts.messages.requests.finish, { owner, message_id, outcome });
    expect(await search("stork")).toMatchObject({
      found: [{ message_id, excerpt: "a stork that came" }],
    });
  });
});

test("a fork copies up to a message; each goes its own way", async () => {
  const owner = await newOwner();
  const conversation_id = await newTalk(owner, ["one", "two", "three"], "t");
  const message_id = contracts.messageId(conversation_id, 1);
  const { conversation } = await ask(contracts.conversations.requests.fork, {
    owner,
    conversation_id,
    message_id,
  });
  expect(conversation).toMatchObject({
    title: "t",
    message_count: 2,
    forked_from: { conversation_id, message_id },
  });
  await ask(contracts.conversations.requests.delete, { owner, conversation_id });
  const left = await ask(contracts.messages.requests.list, {
    owner,
    conversation_id: conversation.id,
  });
  expect(left.messages.map(({ content }) => content)).toEqual(["one", "two"]);
  const lost = ask(contracts.conversations.requests.fork, {
    owner,
    conversation_id: conversation.id,
    message_id: contracts.messageId(conversation.id, 9),
  });
  await expect(lost).rejects.toMatchObject({ code: "not_found" });
});

test("an answer that is left becomes truncated, with what had arrived; without the loop too", async () => {
  const conversation_id = await newTalk(null, ["why?"]);
  const at = { owner: null, conversation_id };
  const { message } = await ask(contracts.messages.requests.start, { ...at, lease_seconds: 0.05 });
  const part = { owner: null, message_id: message.id, offset: 0, text: "beca" };
  await ask(contracts.messages.requests.progress, { ...part, lease_seconds: 0.05 });
  // This network has no loop: what is over is swept when auth asks for it.
  const swept = await until("it is truncated", async () => {
    await ask(contracts.users.requests.sweepExpired, {});
    const { messages } = await ask(contracts.messages.requests.list, at);
    return messages.find(({ status }) => status === "truncated");
  });
  expect(swept).toMatchObject({ id: message.id, content: "beca", usage: null });
});

test("a deleted conversation is gone, and no log entry has its content", async () => {
  const owner = await newOwner();
  const conversation_id = await newTalk(owner, ["a-remark"], "a-title");
  await ask(contracts.conversations.requests.delete, { owner, conversation_id });
  const gone = ask(contracts.messages.requests.list, { owner, conversation_id });
  await expect(gone).rejects.toMatchObject({ code: "not_found" });
  const log = JSON.stringify(await readWholeLog(network.bus));
  expect(log).toContain(conversation_id);
  expect(log).not.toContain("a-remark");
  expect(log).not.toContain("a-title");
});

test("an account that is erased leaves no conversation, and none can be begun in its name", async () => {
  const owner = await newOwner();
  const conversation_id = await newTalk(owner, ["mine"]);
  await newTalk(owner, ["mine too"]);
  await ask(contracts.messages.requests.start, { owner, conversation_id, ...LEASE });
  await ask(contracts.users.requests.eraseDocument, { id: owner });
  expect((await ask(contracts.conversations.requests.list, { owner })).conversations).toEqual([]);
  await expect(newTalk(owner, ["late"])).rejects.toMatchObject({ code: "unauthorized" });
  const log = await readWholeLog(network.bus);
  expect(log.filter(({ subject }) => subject.includes(conversation_id))).toEqual([]);
});

test("an idempotency key stands for its answer: replayed, refused while it is made, or used otherwise", async () => {
  const owner = await newOwner();
  const idempotency = { key: "a".repeat(64), fingerprint: "b".repeat(64) };
  const begin = (fingerprint = idempotency.fingerprint) =>
    ask(contracts.messages.requests.start, {
      owner,
      conversation_id: randomUUID(),
      ...LEASE,
      create: {},
      messages: [says("why?")],
      idempotency: { ...idempotency, fingerprint },
    });
  const [first, second] = await Promise.allSettled([begin(), begin()]);
  const begun = [first, second].flatMap((one) => (one.status === "fulfilled" ? [one.value] : []));
  expect(begun).toMatchObject([{ replayed: false }]);
  await expect(begin()).rejects.toMatchObject({ code: "conflict" });
  await expect(begin("c".repeat(64))).rejects.toMatchObject({ code: "key_reused" });
  const message_id = begun[0]?.message.id ?? "";
  const finish = (outcome: { status: "failed" | "complete"; content?: string }, id: string) =>
    ask(contracts.messages.requests.finish, { owner, message_id: id, outcome });
  await finish({ status: "failed" }, message_id);
  const again = await begin();
  expect(again).toMatchObject({ replayed: false });
  await finish({ status: "complete", content: "so" }, again.message.id);
  expect(await begin()).toMatchObject({
    replayed: true,
    appended: [],
    message: { id: again.message.id, content: "so" },
  });
  // Another's key of the same name is another key.
  const others = { owner: null, conversation_id: randomUUID(), create: {}, idempotency, ...LEASE };
  expect(await ask(contracts.messages.requests.start, others)).toMatchObject({ replayed: false });
  // What it stood for is gone: there is nothing to replay.
  const { conversation_id } = again.message;
  await ask(contracts.conversations.requests.delete, { owner, conversation_id });
  expect(await begin()).toMatchObject({ replayed: false });
  await ask(contracts.users.requests.eraseDocument, { id: owner });
  await expect(begin()).rejects.toMatchObject({ code: "unauthorized" });
});
