import type { Network } from "@vega/test-support";
import { startNetwork } from "@vega/test-support";
import { afterAll, beforeAll, expect, test } from "vitest";
import { bearer, newPerson } from "./people.ts";

let network: Network;
beforeAll(async () => {
  network = await startNetwork({ env: { VEGA_REGISTRATION: "open" }, replicas: { gateway: 2 } });
});
afterAll(() => network.close());

const MINE = "/api/me/preferences";
const SHARED = "/api/preferences";

test("of two clients that change the same preferences at once, on two gateways, one gets 412", async () => {
  const { access } = await newPerson(network.api);
  const { headers, body } = await network.api.get(MINE, bearer(access));
  expect(body).toEqual({ preferences: {}, version: 0, updated_at: null });
  const condition = { ...bearer(access), "if-match": headers.get("etag") ?? "" };
  const themes = ["dark", "light"];
  const replies = await Promise.all(
    network.apis.map((api, index) => api.send("PUT", MINE, { theme: themes[index] }, condition)),
  );
  expect(new Set(replies.map(({ status }) => status))).toEqual(new Set([200, 412]));
  const won = replies.find(({ status }) => status === 200);
  expect(replies.find(({ status }) => status === 412)?.body).toMatchObject({
    code: "precondition_failed",
    detail: expect.stringContaining("version 1") as string,
  });
  const read = await network.api.get(MINE, bearer(access));
  expect(read.body).toEqual(won?.body);
  const etag = won?.headers.get("etag") ?? "";
  expect(read.headers.get("etag")).toBe(etag);
  const again = await network.api.get(MINE, { ...bearer(access), "if-none-match": etag });
  expect([again.status, again.body]).toEqual([304, undefined]);
  // The tag of another account, which has the same version, is another one.
  const other = await newPerson(network.api);
  await network.api.send("PUT", MINE, {}, bearer(other.access));
  const theirs = await network.api.get(MINE, { ...bearer(other.access), "if-none-match": etag });
  expect(theirs.body).toMatchObject({ preferences: {}, version: 1 });
  // Without a condition the last write wins.
  const blind = await network.api.send("PUT", MINE, { theme: "system" }, bearer(access));
  expect([blind.status, blind.body.version]).toEqual([200, 2]);
});

test("input that is not valid is refused by name, and changes nothing", async () => {
  const { access } = await newPerson(network.api);
  const put = (body: unknown, headers = {}) =>
    network.api.send("PUT", MINE, body, { ...bearer(access), ...headers });
  const refused = await put({ theme: "blue", soundscape: { volume: 2 } });
  expect(refused.status).toBe(400);
  expect(refused.body.errors.map(({ path }: { path: string }) => path)).toEqual([
    "/theme",
    "/soundscape/volume",
  ]);
  expect((await put({}, { "if-match": "1" })).body.detail).toContain("If-Match has to be");
  expect((await put({}, { "if-match": 'W/"a"' })).status).toBe(412);
  expect((await network.api.get(MINE, bearer(access))).body.version).toBe(0);
});

test("each change is sent to the right audience, without values", async () => {
  const [ada, bob] = [await newPerson(network.api), await newPerson(network.api)];
  const listen = (headers?: Record<string, string>) =>
    network.api.events("?types=preferences_changed,shared_preferences_changed", undefined, headers);
  const streams = await Promise.all([
    listen(bearer(ada.access)),
    listen(bearer(bob.access)),
    listen(),
  ]);
  await network.api.send("PUT", MINE, { remark: "private" }, bearer(ada.access));
  const value = { theme: "light", logo: { path: "/x" } };
  expect((await network.api.send("PUT", SHARED, value, bearer(ada.access))).status).toBe(403);
  const shared = await network.api.send("PUT", SHARED, value);
  expect(shared.body).toMatchObject({ preferences: value, version: 1 });
  const last = Number(shared.headers.get("vega-sequence"));
  const typesOf = async (stream: (typeof streams)[number]) => {
    await stream.next(({ id }) => Number(id) >= last);
    const received = stream.events.filter(({ data }) => data["type"] !== "connected");
    stream.close();
    expect(JSON.stringify(received)).not.toMatch(/private|logo/);
    return received.map(({ data }) => data["type"]);
  };
  expect(await Promise.all(streams.map(typesOf))).toEqual([
    ["preferences_changed", "shared_preferences_changed"],
    ["shared_preferences_changed"],
    ["shared_preferences_changed"],
  ]);
});

test("the shared preferences are public, survive a restart and are in the history", async () => {
  const before = await network.api.get(SHARED);
  const stale = { "if-match": `"shared-0-0"` };
  expect((await network.api.send("PUT", SHARED, {}, stale)).status).toBe(412);
  await network.stop("state");
  await network.start("state");
  await network.ready();
  expect((await network.api.get(SHARED)).body).toEqual(before.body);
  const token = { authorization: "Bearer a-token-for-tests-only" };
  const type = "vega.preferences.shared_changed.v1";
  const { body } = await network.api.get(`/api/history?type=${type}`, token);
  expect(body.entries[0].summary).toBe("changed the shared preferences, version 1");
  const one = await network.api.get(`/api/history/${body.entries[0].sequence}`, token);
  const after = { value: before.body.preferences, version: 1 };
  expect(one.body.documents).toMatchObject([
    { document: "shared_preferences/shared", before: null, after },
  ]);
});
