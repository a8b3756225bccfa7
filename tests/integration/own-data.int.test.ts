import type { Api, Network } from "@vega/test-support";
import { startNetwork, until } from "@vega/test-support";
import { afterAll, beforeAll, expect, test } from "vitest";
import type { Person } from "./people.ts";
import { bearer, me, newPerson, PASSWORD, post } from "./people.ts";

/* Data of an account: private, durable, exported and erased. */

let network: Network;
let api: Api;
let other: Api;

beforeAll(async () => {
  network = await startNetwork({
    replicas: { gateway: 2 },
    env: { VEGA_REGISTRATION: "open", VEGA_PUBLIC_READS: "true" },
  });
  const [first, second] = network.apis;
  if (!first || !second) throw new Error("two gateways are needed");
  [api, other] = [first, second];
});
afterAll(() => network?.close());

const person = () => newPerson(api);

test("memory of an account has the same routes and is private", async () => {
  const [ada, bob] = [await person(), await person()];
  const put = (who: Person, value: unknown) =>
    api.send("PUT", "/api/memory/notes/secret", { value }, bearer(who.access));
  const read = async (who: Person, query = "") =>
    (await other.get(`/api/memory/notes/secret${query}`, bearer(who.access))).body.value;
  await put(ada, "adas");
  await put(bob, "bobs");
  expect([await read(ada), await read(bob)]).toEqual(["adas", "bobs"]);
  expect((await api.get("/api/memory/notes/secret")).status).toBe(404);
  expect((await api.get("/api/memory/notes/secret", bearer("a-token-for-tests-only"))).status).toBe(
    404,
  );
  const missing = await api.get("/api/memory/notes/none", bearer(ada.access));
  expect(missing.body.detail).not.toContain(ada.id);

  await api.send("POST", "/api/memory-update", { update: { topic: "shared" } });
  await api.send("POST", "/api/memory-update", { update: { topic: "adas" } }, bearer(ada.access));
  expect((await api.get("/api/memory")).body.memory.topic).toBe("shared");
  expect((await api.get("/api/memory", bearer(ada.access))).body.memory).toEqual({
    topic: "adas",
  });
  const shared = await api.get("/api/memory?shared=true", bearer(bob.access));
  expect(shared.body.memory.topic).toBe("shared");
  const steal = await api.send(
    "POST",
    "/api/memory-update?shared=true",
    { update: { topic: "mine" } },
    bearer(bob.access),
  );
  expect(steal.status).toBe(403);
});

test("events of an account reach only their owner, also after a reconnect", async () => {
  const [ada, bob] = [await person(), await person()];
  const streams = await Promise.all(
    [bearer(ada.access), bearer(bob.access), {}].map((headers) =>
      other.events("", undefined, headers),
    ),
  );
  const [hers, his, anybodys] = streams;
  await api.send("PUT", "/api/memory/diary/today", { value: 1 }, bearer(ada.access));
  await api.send("PUT", "/api/memory/board/today", { value: 1 });
  for (const stream of streams) await stream.next(({ data }) => data["namespace"] === "board");
  const namespaces = (stream: typeof hers) =>
    stream?.events.flatMap(({ data }) => data["namespace"] ?? []);
  expect(namespaces(hers)).toEqual(["diary", "board"]);
  expect(namespaces(his)).toEqual(["board"]);
  expect(namespaces(anybodys)).toEqual(["board"]);
  for (const stream of streams) stream.close();
});

test("preferences survive a restart of all services, with the soundscape's state", async () => {
  const ada = await person();
  const value = { theme: "dark", soundscape: { playing: true, volume: 0.4, track: "rain" } };
  const put = (body: unknown) => api.send("PUT", "/api/me/preferences", body, bearer(ada.access));
  expect((await put(value)).body.preferences).toEqual(value);
  expect((await put({ big: "x".repeat(17_000) })).status).toBe(413);
  expect((await put([1])).status).toBe(400);
  await network.restartAll();
  const read = await other.get("/api/me/preferences", bearer(ada.access));
  expect(read.body.preferences).toEqual(value);
  // Access token and refresh token from before the restart still work.
  expect((await post(api, "/api/auth/refresh", { refresh_token: ada.refresh })).status).toBe(200);
});

test("all data can be exported and erased: nothing is left, and the hash chain verifies", async () => {
  const ada = await person();
  const secret = "a-very-private-remark-of-hers";
  await api.send("PUT", "/api/memory/diary/today", { value: secret }, bearer(ada.access));
  await api.send("PUT", "/api/me/preferences", { remark: secret }, bearer(ada.access));
  const file = await api.get("/api/me/export", bearer(ada.access));
  expect(file.status).toBe(200);
  const text = JSON.stringify(file.body);
  expect(text).toContain(secret);
  expect(text).toContain(ada.username);
  expect(text).not.toMatch(/\$2[aby]\$|_hash/);

  const erase = (password: string) =>
    api.send("DELETE", "/api/me", { password }, bearer(ada.access));
  expect((await erase("wrong")).status).toBe(401);
  expect((await erase(PASSWORD)).status).toBe(200);
  await until(
    "the token is refused",
    async () => (await me(other, ada.access)).status === 401,
    1_000,
  );
  expect(
    (await post(api, "/api/auth/login", { username: ada.username, password: PASSWORD })).status,
  ).toBe(401);
  const trail = await fetch(`${api.url}/api/audit?format=jsonl`, {
    headers: bearer("a-token-for-tests-only"),
  });
  const lines = (await trail.text())
    .trim()
    .split("\n")
    .map((line) => JSON.parse(line));
  expect(lines.some(({ erased }) => erased)).toBe(true);
  expect(JSON.stringify(lines)).not.toContain(secret);
  const users = await api.get("/api/admin/users?limit=200", bearer("a-token-for-tests-only"));
  expect(JSON.stringify(users.body)).not.toContain(ada.username);
  // The name can be registered again.
  const again = { username: ada.username, password: PASSWORD };
  expect((await post(api, "/api/auth/register", again)).status).toBe(201);
});
