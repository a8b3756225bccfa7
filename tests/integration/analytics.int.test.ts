import type { TrafficDay } from "@vega/contracts";
import { VISITORS_STREAM } from "@vega/contracts";
import { openMemoryStream } from "@vega/messaging";
import type { Network } from "@vega/test-support";
import { readWholeLog, startNetwork, until } from "@vega/test-support";
import { createHmac } from "node:crypto";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";

/* Two gateways in one process, whose clock the test sets; a proxy that the gateways trust names the address. */

const DAY_MS = 86_400_000;
const RealDate = Date;
const realNow = Date.now.bind(Date);
const NOON = realNow() - (realNow() % DAY_MS) + DAY_MS / 2;
const TODAY = new Date(NOON).toISOString().slice(0, 10);
const TOMORROW = new Date(NOON + DAY_MS).toISOString().slice(0, 10);

function setClock(ms: number): void {
  const ahead = ms - realNow();
  const now = () => realNow() + ahead;
  globalThis.Date = new Proxy(RealDate, {
    construct: (target, args, made) =>
      Reflect.construct(target, args.length === 0 ? [now()] : args, made) as Date,
    get: (target, name) => (name === "now" ? now : Reflect.get(target, name)),
  });
}

const FIREFOX = "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0";
const GOOGLEBOT = "Mozilla/5.0 (compatible; Googlebot/2.1; +http://www.google.com/bot.html)";
const ADDRESSES = ["203.0.113.11", "203.0.113.12", "203.0.113.13"];
const VIEWS = 40;
const BOT_VIEWS = 7;
const ADMIN = { authorization: "Bearer a-token-for-tests-only" };

let network: Network;
beforeAll(async () => {
  setClock(NOON);
  network = await startNetwork({
    replicas: { gateway: 2 },
    env: {
      VEGA_ANALYTICS: "true",
      VEGA_ANALYTICS_SECONDS: "1",
      VEGA_TRUSTED_PROXIES: "127.0.0.1",
    },
  });
});
afterAll(async () => {
  globalThis.Date = RealDate;
  await network?.close();
});

/** The n-th view goes to one of the gateways in turn. */
const view = async (n: number, address: string, headers: Record<string, string> = {}) => {
  const url = network.apis[n % 2]?.url ?? "";
  const response = await fetch(`${url}/docs`, {
    headers: { "user-agent": FIREFOX, "x-forwarded-for": address, ...headers },
  });
  expect(response.status).toBe(200);
  expect(await response.text()).toContain("<html");
};
const report = async (query = "") => (await network.api.get(`/api/analytics${query}`, ADMIN)).body;
const dayOf = async (day: string) => {
  const { rows } = await report(`?from=${day}&to=${day}`);
  return rows[0] as Omit<TrafficDay, "visitors"> & { visitors: number };
};
const memory = () => openMemoryStream(network.bus, VISITORS_STREAM, DAY_MS);
const digest = (salt: string, address: string) =>
  createHmac("sha256", Buffer.from(salt, "base64url"))
    .update(`${address}\n${FIREFOX}`)
    .digest("base64url")
    .slice(0, 22);

/** Subjects in the memory of the bus. */
const subjects = async () => {
  const manager = await network.bus.nats.jetstreamManager();
  const { state } = await manager.streams.info(VISITORS_STREAM.name, { subjects_filter: ">" });
  return Object.keys(state.subjects ?? {});
};

const filesIn = (folder: string) =>
  readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => readFileSync(join(entry.parentPath, entry.name), "latin1"));

/** Everything that is stored: files of database, backups, snapshots and bus, the log, every stream of the bus. */
async function everythingStored(): Promise<string> {
  const files = [network.folder, network.nats.storage].flatMap((folder) => filesIn(folder));
  const messages: string[] = [];
  const manager = await network.bus.nats.jetstreamManager();
  for await (const { config, state } of manager.streams.list()) {
    for (let sequence = state.first_seq; sequence <= state.last_seq; sequence += 1) {
      const message = await manager.streams
        .getMessage(config.name, { seq: sequence })
        .catch(() => undefined);
      if (message) messages.push(`${message.subject} ${message.string()}`);
    }
  }
  return [...files, ...messages, JSON.stringify(await readWholeLog(network.bus))].join("\n");
}

/** Traffic of one day: three people, bots, and a person who does not want to be tracked. */
async function aDay(): Promise<void> {
  const all = ADDRESSES.flatMap((address) =>
    Array.from({ length: VIEWS }, (_, n) =>
      view(n, address, n === 0 ? { referer: "https://news.example.org/item?id=7" } : {}),
    ),
  );
  const bots = Array.from({ length: BOT_VIEWS }, (_, n) =>
    view(n, "203.0.113.99", { "user-agent": GOOGLEBOT }),
  );
  await Promise.all([
    ...all,
    ...bots,
    view(0, "203.0.113.50", { dnt: "1" }),
    view(1, "203.0.113.51", { "sec-gpc": "1", referer: "https://private.example/" }),
  ]);
}

const EXPECTED = {
  page_views: ADDRESSES.length * VIEWS + 2,
  untracked_views: 2,
  bot_views: BOT_VIEWS,
  visitors: ADDRESSES.length,
  sessions: ADDRESSES.length,
  bounce_rate: 0,
  is_minimum: false,
};

/** Waits until both gateways have reported, by the number that arrives last. */
const counted = (day: string, expected: object) =>
  until("the day is counted", async () => {
    const row = await dayOf(day);
    expect(row).toMatchObject(expected);
    return row;
  });

let yesterday: { salt: string; digests: string[] };

test("known traffic of one day at two gateways is counted exactly", async () => {
  await aDay();
  await counted(TODAY, EXPECTED);
  const { referrers, pages } = await report(`?from=${TODAY}&to=${TODAY}`);
  expect(referrers).toEqual([{ name: "news.example.org", count: ADDRESSES.length }]);
  expect(pages).toEqual([{ name: "/docs", count: EXPECTED.page_views }]);
});

test("salt and digests are in the memory of the bus, and nothing else confirms an address", async () => {
  const stored = await memory().read("salt");
  const { day, salt } = JSON.parse(stored?.value ?? "") as { day: string; salt: string };
  expect(day).toBe(TODAY);
  yesterday = { salt, digests: ADDRESSES.map((address) => digest(salt, address)) };
  const seen = (await subjects()).filter((subject) => subject.includes(".seen."));
  expect(seen.toSorted()).toEqual(
    yesterday.digests.map((one) => `vega.visitors.seen.${TODAY}.${one}`).toSorted(),
  );
  const manager = await network.bus.nats.jetstreamManager();
  const { config } = await manager.streams.info(VISITORS_STREAM.name);
  expect(config).toMatchObject({ storage: "memory" });
  expect(config.max_age / 1e6).toBeLessThanOrEqual(DAY_MS / 2);
  const files = readdirSync(network.nats.storage, { recursive: true, encoding: "utf8" });
  expect(files.filter((name) => name.includes("VEGA_EVENTS"))).not.toEqual([]);
  expect(files.filter((name) => name.includes(VISITORS_STREAM.name))).toEqual([]);
});

test("the next day is counted apart, and its visitors anew", async () => {
  setClock(NOON + DAY_MS);
  await aDay();
  await counted(TOMORROW, EXPECTED);
  expect(await dayOf(TODAY)).toMatchObject(EXPECTED);
  const month = await report(`?from=${TODAY}&to=${TOMORROW}&by=month`);
  const both = month.rows.filter((row: { days: number }) => row.days === 2);
  for (const row of both) {
    expect(row).toMatchObject({
      page_views: 2 * EXPECTED.page_views,
      visitors: null,
      visitors_per_day: { average: ADDRESSES.length, most: ADDRESSES.length },
    });
  }
  expect(month).toMatchObject({
    pageViews: 2 * EXPECTED.page_views,
    visitors: ADDRESSES.length,
    bounceRate: "0%",
  });
});

test("after midnight nothing that is stored confirms a known address", async () => {
  setClock(NOON + DAY_MS + 120_000);
  await Promise.all([view(0, "203.0.113.60"), view(1, "203.0.113.60")]);
  await counted(TOMORROW, {
    page_views: EXPECTED.page_views + 2,
    visitors: EXPECTED.visitors + 1,
  });
  await until("the digests are removed", async () =>
    (await subjects()).every((subject) => !subject.includes(TODAY)),
  );
  const { salt } = JSON.parse((await memory().read("salt"))?.value ?? "") as { salt: string };
  expect(salt).not.toBe(yesterday.salt);
  const everything = await everythingStored();
  // The walk finds what is there.
  expect(everything).toContain("news.example.org");
  expect(everything).toContain(`vega.visitors.seen.${TOMORROW}`);
  const secrets = [yesterday.salt, Buffer.from(yesterday.salt, "base64url").toString("latin1")];
  for (const text of [...yesterday.digests, ...secrets, ...ADDRESSES, FIREFOX]) {
    expect(everything.includes(text), text).toBe(false);
  }
});

test("a visitor stays the same while the bus loses its memory", async () => {
  const before = await dayOf(TOMORROW);
  await network.nats.kill();
  await network.nats.restart();
  await network.ready();
  await Promise.all(ADDRESSES.map((address, n) => view(n, address)));
  await Promise.all(ADDRESSES.map((address, n) => view(n + 1, address)));
  await counted(TOMORROW, {
    page_views: before.page_views + 2 * ADDRESSES.length,
    visitors: before.visitors,
    sessions: before.sessions,
  });
});

test("what is counted while state is away is reported later, once", async () => {
  const before = await dayOf(TOMORROW);
  await network.stop("state");
  await Promise.all(ADDRESSES.map((address, n) => view(n, address)));
  await network.start("state");
  await network.ready();
  await view(1, ADDRESSES[0] ?? "");
  await counted(TOMORROW, {
    page_views: before.page_views + ADDRESSES.length + 1,
    visitors: before.visitors,
  });
});

test("a stop reports what is pending", async () => {
  const before = await dayOf(TOMORROW);
  await Promise.all(ADDRESSES.map((address, n) => view(n, address)));
  await network.stop("gateway");
  await network.start("gateway");
  await network.ready();
  expect(await dayOf(TOMORROW)).toMatchObject({
    page_views: before.page_views + ADDRESSES.length,
    visitors: before.visitors,
  });
});

test("the counters of an import go on, and are exported", async () => {
  const exported = async () => (await network.api.get("/api/admin/export", ADMIN)).body;
  const file = await exported();
  file.analytics = { pageViews: 1_234, visitors: 56, sessions: [{ old: true }] };
  expect((await network.api.send("POST", "/api/admin/import", file)).status).toBe(200);
  expect((await exported()).analytics).toEqual(file.analytics);
  expect(await report()).toMatchObject({ pageViews: 1_234, visitors: 56 });
  await view(0, "203.0.113.70");
  await until("it is counted", async () => (await report()).pageViews === 1_235);
  const shown = { pageViews: 1_235, visitors: 57, sessions: [{ old: true }] };
  expect((await exported()).analytics).toEqual(shown);
  expect((await network.api.get("/api/status", ADMIN)).body.analytics).toEqual(shown);
  const first = await network.api.get("/api/status?sequence=1", ADMIN);
  expect(first.body.analytics).toEqual({ pageViews: 0, visitors: 0, sessions: [] });
  const { headers } = await network.api.get("/api/status", ADMIN);
  const sequence = headers.get("vega-sequence");
  const earlier = await network.api.get(`/api/status?sequence=${sequence}`, ADMIN);
  expect(earlier.body.analytics).toEqual(shown);
});

test("API calls are counted by group, downloads by route, probes not at all", async () => {
  for (let n = 0; n < 5; n += 1) await network.api.get("/api/agents", ADMIN);
  for (let n = 0; n < 5; n += 1) await network.api.get("/livez");
  const csv = await fetch(`${network.api.url}/api/usage?format=csv`, { headers: ADMIN });
  expect(csv.headers.get("content-disposition")).toMatch(/^attachment/);
  const counts = await until("they are counted", async () => {
    const { api, downloads } = await report();
    const names = new Set([...api, ...downloads].map(({ name }: { name: string }) => name));
    return ["agents", "/api/usage"].every((name) => names.has(name)) && { api, downloads };
  });
  expect(counts.api).toContainEqual({ name: "agents", count: 5 });
  expect(counts.downloads).toContainEqual({ name: "/api/usage", count: 1 });
  expect(JSON.stringify(counts.api)).not.toContain("health");
});

test.each([
  ["?from=2026-02-30", "/from"],
  ["?from=2026-02-02&to=2026-02-01", "/from"],
  ["?from=2020-01-01&to=2026-01-01", "/from"],
  ["?by=hour", "/by"],
  ["?page=1", "/page"],
])("%s is refused by name", async (query, path) => {
  const { status, body } = await network.api.get(`/api/analytics${query}`, ADMIN);
  expect(status).toBe(400);
  expect(JSON.stringify(body.errors)).toContain(path.slice(1));
});
