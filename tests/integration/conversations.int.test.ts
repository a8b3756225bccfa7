import type { RequestContract, RequestInput, RequestOutput } from "@vega/contracts";
import { messageId, messages } from "@vega/contracts";
import { request } from "@vega/messaging";
import type { Network } from "@vega/test-support";
import { startNetwork, until } from "@vega/test-support";
import { afterAll, beforeAll, expect, test } from "vitest";

/* Conversations over HTTP, of two accounts and without an account. Requests to state stand for the ai service. */

let network: Network;
beforeAll(async () => {
  // A tick every few tens of milliseconds.
  network = await startNetwork({ timeScale: 0.01, env: { VEGA_REGISTRATION: "open" } });
});
afterAll(() => network?.close());

const PASSWORD = "a-passphrase-for-tests";
interface Person {
  readonly id: string;
  readonly headers: { readonly authorization: string };
}

let count = 0;
async function logIn(username: string): Promise<Person> {
  const account = { username, password: PASSWORD };
  const { body } = await network.api.send("POST", "/api/auth/login", account);
  return { id: body.user.id, headers: { authorization: `Bearer ${body.access_token}` } };
}

async function person(role = "user"): Promise<Person> {
  const { api } = network;
  const username = `talker${(count += 1)}`;
  const made = await api.send("POST", "/api/auth/register", { username, password: PASSWORD });
  expect(made.status).toBe(201);
  const { id } = made.body.user;
  expect((await api.send("PATCH", `/api/admin/users/${id}`, { role })).status).toBe(200);
  return logIn(username);
}

const sendToState = <Contract extends RequestContract>(
  contract: Contract,
  input: RequestInput<Contract>,
) =>
  request(network.bus, contract, input, { actor: { id: "system:ai" } }) as Promise<
    RequestOutput<Contract>
  >;

async function newTalk({ headers }: Person, title = "ravens"): Promise<string> {
  const made = await network.api.send("POST", "/api/conversations", { title }, headers);
  expect(made.status).toBe(201);
  return made.body.id;
}

/** A question and the start of its completion. */
const begin = (owner: Person, conversation_id: string, question: string, lease_seconds = 30) =>
  sendToState(messages.requests.start, {
    owner: owner.id,
    conversation_id,
    messages: [{ role: "user", content: question }],
    model: "wall/a",
    lease_seconds,
  });

async function turn(owner: Person, conversation_id: string, question: string, content: string) {
  const { message } = await begin(owner, conversation_id, question);
  const outcome = { status: "complete" as const, content };
  await sendToState(messages.requests.finish, { owner: owner.id, message_id: message.id, outcome });
}

test("a conversation is created, renamed, read, forked, exported and deleted", async () => {
  const { api } = network;
  const ada = await person();
  const id = await newTalk(ada);
  await turn(ada, id, "why?", "because\nthey can");
  const path = `/api/conversations/${id}`;
  const send = (method: "POST" | "PATCH" | "DELETE", to: string, body?: unknown) =>
    api.send(method, to, body, ada.headers);
  const get = (from: string) => api.get(from, ada.headers);

  expect((await send("PATCH", path, { title: "crows" })).body).toMatchObject({
    id,
    title: "crows",
  });
  expect((await send("PATCH", path, { title: "x".repeat(201) })).status).toBe(422);
  expect((await get(path)).body).toMatchObject({ title: "crows", message_count: 2 });
  const read = await get(`${path}/messages?limit=1`);
  expect(read.body).toMatchObject({
    messages: [{ role: "user", content: "why?" }],
    next_cursor: "0",
  });
  expect((await get(`${path}/messages?cursor=0`)).body.messages).toMatchObject([
    { role: "assistant", status: "complete", content: "because\nthey can", model: "wall/a" },
  ]);

  const forked = await send("POST", `${path}/fork`, { message_id: messageId(id, 0) });
  expect(forked.status).toBe(201);
  expect(forked.body).toMatchObject({ message_count: 1, forked_from: { conversation_id: id } });
  const listed = await get("/api/conversations");
  expect(listed.body.conversations.map((one: { id: string }) => one.id)).toEqual([
    forked.body.id,
    id,
  ]);

  const json = await get(`${path}/export`);
  expect(json.headers.get("content-disposition")).toContain(`conversation-${id}.json`);
  expect(json.body).toMatchObject({ id, messages: [{ content: "why?" }, { status: "complete" }] });
  const file = await fetch(`${api.url}${path}/export?format=md`, { headers: ada.headers });
  expect(file.headers.get("content-type")).toContain("text/markdown");
  expect(await file.text()).toMatch(/^# crows\n[^]*## user\n[^]*why\?\n[^]*because\nthey can\n$/);

  expect((await send("DELETE", path)).body).toEqual({ success: true });
  expect((await get(path)).status).toBe(404);
  expect((await get(`/api/conversations/${forked.body.id}/messages`)).body.messages).toHaveLength(
    1,
  );
});

test("accounts see only their own conversations; operators see those without an account", async () => {
  const { api } = network;
  const [ada, bob] = [await person(), await person()];
  const id = await newTalk(ada, "a secret of ada's");
  await turn(ada, id, "a secret question", "a secret answer");
  const path = `/api/conversations/${id}`;
  const message_id = messageId(id, 0);
  for (const from of ["", "/messages", "/export", "/export?format=md"]) {
    expect((await api.get(path + from, bob.headers)).status, from).toBe(404);
  }
  expect((await api.send("PATCH", path, { title: "mine" }, bob.headers)).status).toBe(404);
  expect((await api.send("POST", `${path}/fork`, { message_id }, bob.headers)).status).toBe(404);
  expect((await api.send("DELETE", path, undefined, bob.headers)).status).toBe(404);
  // The admin token has no account and sees conversations without one.
  expect((await api.send("DELETE", path)).status).toBe(404);
  for (const search of ["", "?search=secret"]) {
    const { body } = await api.get(`/api/conversations${search}`, bob.headers);
    expect(body.conversations).toEqual([]);
  }
  const found = await api.get("/api/conversations?search=SECRET", ada.headers);
  expect(found.body.conversations).toMatchObject([{ id, found: { message_id: null } }]);
  expect((await api.get("/api/conversations?search=answer", ada.headers)).body).toMatchObject({
    conversations: [{ id, found: { message_id: messageId(id, 1), excerpt: "a secret answer" } }],
    next_cursor: null,
  });

  const shared = await api.send("POST", "/api/conversations", { title: "of none" });
  expect(shared.status).toBe(201);
  const theirs = `/api/conversations/${shared.body.id}?shared=true`;
  expect((await api.get(theirs, ada.headers)).status).toBe(403);
  const operator = await person("operator");
  expect((await api.get(theirs, operator.headers)).body).toMatchObject({ title: "of none" });
  expect((await api.get("/api/conversations")).status).toBe(401);
});

test("only the owner receives the events, and they contain no text", async () => {
  const { api } = network;
  const [ada, bob] = [await person(), await person()];
  const types = "?types=message_started,message_progressed,message_completed,conversation_changed";
  const [hers, his, nobodys] = await Promise.all([
    api.events(types, undefined, ada.headers),
    api.events(types, undefined, bob.headers),
    api.events(types),
  ]);
  const id = await newTalk(ada);
  const { message } = await begin(ada, id, "why?");
  const at = { owner: ada.id, message_id: message.id };
  await sendToState(messages.requests.progress, {
    ...at,
    offset: 0,
    text: "because",
    lease_seconds: 30,
  });
  await sendToState(messages.requests.finish, {
    ...at,
    outcome: { status: "complete", content: "because." },
  });
  const completed = await hers.next(({ data }) => data.type === "message_completed");
  expect(completed.data).toMatchObject({ conversation_id: id, message_id: message.id });
  expect(hers.events.map(({ data }) => data.type)).toEqual([
    "connected",
    "conversation_changed",
    "message_started",
    "message_progressed",
    "message_completed",
  ]);
  expect(JSON.stringify(hers.events)).not.toContain("because");
  // Bob's own event comes later, so hers would have arrived before it.
  const own = await newTalk(bob);
  await his.next(({ data }) => data["conversation_id"] === own);
  expect(his.events).toHaveLength(2);
  expect(nobodys.events).toHaveLength(1);
  for (const client of [hers, his, nobodys]) client.close();
});

test("a completion that a shutdown interrupted is truncated with the received text", async () => {
  const { api } = network;
  const ada = await person();
  const id = await newTalk(ada);
  const { message } = await begin(ada, id, "why?", 1);
  const at = { owner: ada.id, message_id: message.id, lease_seconds: 1 };
  await sendToState(messages.requests.progress, { ...at, offset: 0, text: "beca" });
  await network.restartAll();
  const last = await until("the message is truncated", async () => {
    const { body } = await api.get(`/api/conversations/${id}/messages?order=desc`, ada.headers);
    return body.messages[0].status === "truncated" ? body.messages[0] : undefined;
  });
  expect(last).toMatchObject({ id: message.id, content: "beca", finish_reason: null });
  const late = { status: "complete" as const, content: "because" };
  await expect(
    sendToState(messages.requests.finish, { owner: ada.id, message_id: message.id, outcome: late }),
  ).rejects.toMatchObject({ code: "conflict" });
});

test("the export of an account contains its conversations", async () => {
  const { api } = network;
  const ada = await person();
  expect((await api.get("/api/me/export", ada.headers)).body.conversations).toEqual([]);
  const [one, two] = [await newTalk(ada), await newTalk(ada)];
  await turn(ada, one, "why?", "because");
  const { body } = await api.get("/api/me/export", ada.headers);
  expect(body.account.id).toBe(ada.id);
  expect(body.conversations).toMatchObject([
    { id: one, messages: [{ content: "why?" }, { content: "because" }] },
    { id: two, messages: [] },
  ]);
});
