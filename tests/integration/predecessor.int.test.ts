import type { FaultProvider } from "@vega/ai/testing";
import { startFaultProvider } from "@vega/ai/testing";
import type { Network } from "@vega/test-support";
import { startNetwork } from "@vega/test-support";
import sharp from "sharp";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { bearer, cookieOf, PASSWORD, post } from "./people.ts";
import { PREDECESSOR_ROUTES } from "./predecessor-routes/index.ts";
import type { PredecessorRoute } from "./predecessor-routes/index.ts";

/* Clients of the predecessor: each route in its shape; reads without a login, writes with the cookie of a login. */

const WAV = makeWav();
const makePng = () =>
  sharp({ create: { width: 8, height: 8, channels: 3, background: "#fc0" } })
    .png()
    .toBuffer();

let provider: FaultProvider;
let network: Network;
let cookie = "";
beforeAll(async () => {
  provider = await startFaultProvider();
  const ids = ["openai", "anthropic", "xai", "deepseek"];
  network = await startNetwork({
    env: { VEGA_ADMIN_PASSWORD: PASSWORD, VEGA_PUBLIC_URL: "https://vega.example.org" },
    providers: {
      providers: ids.map((id) => ({
        id,
        kind: "openai-compatible",
        base_url: provider.baseUrl,
        default_model: `${id}-model`,
        models: [`${id}-model`],
      })),
    },
  });
  const login = await post(network.api, "/api/admin/login", { password: PASSWORD });
  expect(login.body).toMatchObject({ success: true, resonanceScore: expect.any(Number) });
  cookie = cookieOf(login);
  const paper = { title: "Ravens", markdown: "# Ravens\n\nThey remember faces.\n" };
  expect((await network.api.send("POST", "/api/whitepapers", paper)).status).toBe(201);
  const logo = { title: "Æ", category: "Logo & Identity", visibility: "public" };
  await upload("glowing_æ_logo.png", await makePng(), logo);
  await upload("rain.wav", WAV, { title: "Rain", visibility: "public" });
  await upload("draft.wav", WAV, { visibility: "private" });
});
afterAll(async () => {
  await network.close();
  await provider.close();
});

/** One second of silence. */
function makeWav(): Buffer {
  const rate = 8_000;
  const head = Buffer.alloc(44);
  head.write("RIFF", 0);
  head.writeUInt32LE(36 + rate, 4);
  head.write("WAVEfmt ", 8);
  head.writeUInt32LE(16, 16);
  head.writeUInt16LE(1, 20);
  head.writeUInt16LE(1, 22);
  head.writeUInt32LE(rate, 24);
  head.writeUInt32LE(rate, 28);
  head.writeUInt16LE(1, 32);
  head.writeUInt16LE(8, 34);
  head.write("data", 36);
  head.writeUInt32LE(rate, 40);
  return Buffer.concat([head, Buffer.alloc(rate, 128)]);
}

async function upload(name: string, bytes: Buffer, fields: Record<string, string>) {
  const form = new FormData();
  for (const [key, value] of Object.entries(fields)) form.append(key, value);
  form.append("file", new Blob([new Uint8Array(bytes)]), name);
  const headers = bearer("a-token-for-tests-only");
  const made = await network.api.raw("/api/library/files", { method: "POST", headers, body: form });
  expect(made.status).toBe(201);
}

/** As the pages of the predecessor send it. */
const send = ({ method, path, body }: PredecessorRoute, session?: string) =>
  network.api.raw(path, {
    method,
    headers: {
      ...(body && { "content-type": "application/json" }),
      ...(session && { cookie: session, origin: network.api.url }),
    },
    ...(body && { body: JSON.stringify(body) }),
  });
const nameOf = ({ method, path, status = 200 }: PredecessorRoute) => `${method} ${path} ${status}`;
const named = (routes: readonly PredecessorRoute[]) =>
  routes.map((route) => [nameOf(route), route] as const);

const isOpen = ({ login }: PredecessorRoute) => login === undefined;

describe("without a login", () => {
  test.each(named(PREDECESSOR_ROUTES.filter(isOpen)))("%s", async (_name, route) => {
    const { status, body } = await send(route);
    expect(status).toBe(route.status ?? 200);
    route.reply.parse(body);
  });

  test("every write is refused with 401, and changes nothing", async () => {
    const before = await network.api.get("/api/status");
    const writes = PREDECESSOR_ROUTES.filter((route) => !isOpen(route));
    const replies = await Promise.all(writes.map((route) => send(route)));
    expect(replies.map(({ status }) => status)).toEqual(writes.map(() => 401));
    const after = await network.api.get("/api/status");
    expect(after.headers.get("etag")).toBe(before.headers.get("etag"));
    expect(provider.calls).toEqual([]);
  });

  test("pictures and tracks lead to their bytes; private files are not listed", async () => {
    const { dalle_generated, curated } = (await network.api.get("/api/assets")).body;
    const path = "/assets/dalle/glowing_æ_logo.png";
    expect(dalle_generated).toEqual([path]);
    expect(curated).toEqual([{ path, title: "Æ", category: "Logo & Identity" }]);
    const { tracks } = (await network.api.get("/api/soundscape/tracks")).body;
    expect(tracks).toMatchObject([{ title: "Rain", media_type: "audio/wav", bytes: WAV.length }]);
    const bytesOf = async (url: string) => {
      const response = await fetch(network.api.url + url);
      expect(response.status).toBe(200);
      return Buffer.from(await response.arrayBuffer());
    };
    expect(await bytesOf(tracks[0].url)).toEqual(WAV);
    expect(await bytesOf(path)).toEqual(await makePng());
    const all = await network.api.get("/api/soundscape/tracks", bearer("a-token-for-tests-only"));
    expect(all.body.tracks.map(({ title }: { title: string }) => title)).toEqual([
      "draft.wav",
      "Rain",
    ]);
  });

  test("GET /api/events is a stream of JSON whose first event is `connected`", async () => {
    const stream = await network.api.events();
    expect(stream.response.headers.get("content-type")).toContain("text/event-stream");
    await stream.next(({ data }) => data.type === "connected");
    stream.close();
  });
});

describe("with the cookie of a login", () => {
  test.each(named(PREDECESSOR_ROUTES.filter((route) => !isOpen(route))))(
    "%s",
    async (_name, route) => {
      const { status, body } = await send(route, cookie);
      expect([status, body]).toEqual([route.status ?? 200, expect.anything()]);
      route.reply.parse(body);
    },
  );

  test("values follow from the system: providers, hosts, the last response", async () => {
    const { body } = await network.api.get("/api/redblood/status");
    expect(body).toMatchObject({
      mode: "ensemble",
      subdomains: ["vega.example.org"],
      apis: { openai: true, deepseek: true, suno: false },
    });
    const { orchestration, availableAIs } = (await network.api.get("/api/orchestrator/status"))
      .body;
    expect(orchestration).toMatchObject({
      active: false,
      currentTask: null,
      lastResponse: expect.any(String),
    });
    expect(availableAIs).toEqual(["openai", "anthropic", "xai", "deepseek"]);
    const { endpoints } = (await network.api.get("/api/deepseek/status")).body;
    expect(endpoints).toEqual(["/api/deepseek/status", "/api/deepseek/chat", "/api/deepseek/code"]);
  });

  test("a member of the cycle that fails is an insight with an error", async () => {
    provider.behave("xai-model", { kind: "status", status: 400 });
    const cycle = PREDECESSOR_ROUTES.find(({ path }) => path === "/api/redblood/infinity-cycle");
    const { body } = cycle ? await send(cycle, cookie) : { body: undefined };
    const sources = body.insights.map((one: { source: string; error?: string }) => [
      one.source,
      "error" in one,
    ]);
    expect(sources).toEqual([
      ["openai", false],
      ["anthropic", false],
      ["xai", true],
      ["deepseek", false],
    ]);
  });

  test("logout ends the session", async () => {
    const logout = PREDECESSOR_ROUTES.at(-1);
    const { headers, body } = logout
      ? await send(logout, cookie)
      : { headers: undefined, body: {} };
    expect(body).toEqual({ success: true, message: "logged out" });
    expect(headers?.getSetCookie()[0]).toMatch(/^vega_session=;/);
    const stop = { method: "POST", path: "/api/infinity-loop/stop" } as PredecessorRoute;
    expect((await send(stop, cookie)).status).toBe(401);
  });
});
