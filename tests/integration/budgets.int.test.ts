import type { FaultProvider } from "@vega/ai/testing";
import { startFaultProvider } from "@vega/ai/testing";
import { loop, systemContext } from "@vega/contracts";
import { request } from "@vega/messaging";
import type { ApiResponse, Api, Network } from "@vega/test-support";
import { startNetwork, until } from "@vega/test-support";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { Person } from "./people.ts";
import { bearer, newPerson, PASSWORD, post } from "./people.ts";

/* Budgets hold under concurrency; usage comes from rollups. */

let provider: FaultProvider;
let network: Network;
beforeAll(async () => {
  provider = await startFaultProvider();
  network = await startNetwork({
    env: { VEGA_REGISTRATION: "open" },
    replicas: { gateway: 2, ai: 2, state: 2 },
    providers: {
      providers: [
        {
          id: "wall",
          kind: "openai-compatible",
          base_url: provider.baseUrl,
          prices: { dear: { input: 1_000, output: 10_000 } },
          context_windows: { small: 2_000 },
        },
      ],
      limits: { retries: 0 },
    },
  });
});
afterAll(async () => {
  await network.close();
  await provider.close();
});

const ADMIN = bearer("a-token-for-tests-only");
const TODAY = () => new Date().toISOString().slice(0, 10);
const user = (content: string) => ({ role: "user", content });
const chatBody = (model: string, more: object = {}) => ({
  model: `wall/${model}`,
  messages: [user("why?")],
  max_tokens: 92,
  ...more,
});
/** Reserved tokens of the prompt "why?": its bytes and the overhead of a message. */
const MOST = 92 + 4 + 4;

const chat = (token: string, body: object, at: Api = network.api): Promise<ApiResponse> =>
  post(at, "/v1/chat/completions", body, bearer(token));

async function limit(scope: string, id: string, limits: object) {
  const path = `/api/admin/budgets/${scope}/${id}`;
  const answer = await network.api.send("PUT", path, limits);
  expect(answer.status).toBe(200);
  return answer.body;
}

const spentOf = async (scope: string, id: string) =>
  (await network.api.get(`/api/admin/budgets/${scope}/${id}`, ADMIN)).body.spent;

const messagesOf = async ({ access }: Person) => {
  const { body } = await network.api.get("/api/conversations", bearer(access));
  return body.conversations as unknown[];
};

describe("a budget", () => {
  test("refuses a request beyond it with 402, in OpenAI's error format and as a problem, without a provider call", async () => {
    const ada = await newPerson(network.api);
    provider.behave("poor", { kind: "answer" });
    await limit("user", ada.id, { day: { tokens: MOST - 1 } });
    const refused = await chat(ada.access, chatBody("poor"));
    expect([refused.status, refused.body.error.type, refused.body.error.code]).toEqual([
      402,
      "insufficient_quota",
      "budget_exceeded",
    ]);
    expect(refused.body.error.message).toContain("your budget for this day");
    const streamed = await chat(ada.access, chatBody("poor", { stream: true }));
    expect([streamed.status, streamed.body.error.code]).toEqual([402, "budget_exceeded"]);
    const native = await post(network.api, "/api/prompt", { prompt: "why?" }, bearer(ada.access));
    expect([native.status, native.body.code]).toEqual([402, "budget_exceeded"]);
    expect(native.headers.get("content-type")).toContain("application/problem+json");
    expect(provider.callsOf("poor")).toEqual([]);
    expect(await messagesOf(ada)).toEqual([]);
    await limit("user", ada.id, { day: { tokens: MOST } });
    expect((await chat(ada.access, chatBody("poor"))).status).toBe(200);
  });

  test("in USD applies to models with a price only", async () => {
    const ada = await newPerson(network.api);
    provider.behave("dear", { kind: "answer" });
    provider.behave("unpriced", { kind: "answer" });
    await limit("user", ada.id, { month: { usd: 0.5 } });
    expect((await chat(ada.access, chatBody("dear"))).status).toBe(402);
    expect((await chat(ada.access, chatBody("unpriced"))).status).toBe(200);
    // 8 tokens at 0.001 USD and 40 at 0.01 USD.
    expect((await chat(ada.access, chatBody("dear", { max_tokens: 40 }))).status).toBe(200);
    const { month } = await spentOf("user", ada.id);
    expect(month.usd).toBeGreaterThan(0);
    expect(month).toMatchObject({ reserved_usd: 0, reserved_tokens: 0 });
  });

  test("counts the tokens of a prompt if its bytes exceed the budget", async () => {
    const ada = await newPerson(network.api);
    provider.behave("exact", { kind: "answer" });
    await limit("user", ada.id, { day: { tokens: 1_000 } });
    const messages = [user("internationalization ".repeat(100))];
    expect((await chat(ada.access, chatBody("exact", { messages }))).status).toBe(200);
  });

  test("needs room for the whole context window if max_tokens is missing", async () => {
    const ada = await newPerson(network.api);
    provider.behave("small", { kind: "answer" });
    const open = chatBody("small", { max_tokens: undefined });
    await limit("user", ada.id, { day: { tokens: 1_999 } });
    expect((await chat(ada.access, open)).status).toBe(402);
    await limit("user", ada.id, { day: { tokens: 2_000 } });
    expect((await chat(ada.access, open)).status).toBe(200);
  });

  test("of an API key applies to that key, is visible to its owner, and is deleted with the key", async () => {
    const ada = await newPerson(network.api);
    provider.behave("keyed", { kind: "answer" });
    const make = async () => {
      const body = { name: "k", scopes: ["chat"] };
      const made = await post(network.api, "/api/auth/keys", body, bearer(ada.access));
      expect(made.status).toBe(201);
      return { id: made.body.key.id as string, secret: made.body.secret as string };
    };
    const [limited, other] = [await make(), await make()];
    await limit("key", limited.id, { day: { tokens: 1 } });
    expect((await chat(limited.secret, chatBody("keyed"))).status).toBe(402);
    expect((await chat(other.secret, chatBody("keyed"))).status).toBe(200);
    expect((await chat(ada.access, chatBody("keyed"))).status).toBe(200);
    const own = await network.api.get("/api/me/budget", bearer(limited.secret));
    expect(own.body.budgets).toMatchObject([{ scope: "key", limits: { day: { tokens: 1 } } }]);
    const revoked = await network.api.raw(`/api/auth/keys/${limited.id}`, {
      method: "DELETE",
      headers: bearer(ada.access),
    });
    expect(revoked.status).toBe(200);
    const gone = await network.api.get(`/api/admin/budgets/key/${limited.id}`, ADMIN);
    expect(gone.status).toBe(404);
  });

  test("releases the unused reservation of cancelled and failed completions", async () => {
    const ada = await newPerson(network.api);
    provider.behave("fails", { kind: "status", status: 500 });
    provider.behave("hangs", { kind: "stall", after: 3 });
    await limit("user", ada.id, { day: { tokens: 10 * MOST } });
    expect((await chat(ada.access, chatBody("fails"))).status).toBe(503);
    expect((await spentOf("user", ada.id)).day).toMatchObject({ tokens: 0, reserved_tokens: 0 });
    const abort = new AbortController();
    const response = await fetch(`${network.api.url}/v1/chat/completions`, {
      method: "POST",
      headers: { ...bearer(ada.access), "content-type": "application/json" },
      body: JSON.stringify(chatBody("hangs", { stream: true })),
      signal: abort.signal,
    });
    expect(response.status).toBe(200);
    expect((await spentOf("user", ada.id)).day).toMatchObject({ reserved_tokens: MOST });
    abort.abort();
    const day = await until("the usage is settled", async () => {
      const { day: spent } = await spentOf("user", ada.id);
      return spent.reserved_tokens === 0 ? spent : undefined;
    });
    // An estimate: the prompt and three words.
    expect(day.tokens).toBeGreaterThan(2);
    expect(day.tokens).toBeLessThan(MOST);
    const { total } = (await network.api.get("/api/usage", bearer(ada.access))).body;
    expect(total).toMatchObject({ answers: 2, incomplete: 2, estimated: 1 });
  });

  test("can be set by administrators only", async () => {
    const ada = await newPerson(network.api);
    for (const [method, body] of [
      ["PUT", {}],
      ["GET", undefined],
      ["DELETE", undefined],
    ] as const) {
      const answer = await network.api.raw(`/api/admin/budgets/user/${ada.id}`, {
        method,
        headers: { ...bearer(ada.access), ...(body && { "content-type": "application/json" }) },
        ...(body && { body: JSON.stringify(body) }),
      });
      expect([method, answer.status]).toEqual([method, 403]);
    }
    const wrong = await network.api.send("PUT", `/api/admin/budgets/user/${ada.id}`, {
      day: { tokens: -1 },
    });
    expect(wrong.status).toBe(400);
  });
});

test("200 concurrent requests over two gateways cause no provider call beyond the budget", async () => {
  const ada = await newPerson(network.api);
  const room = 37;
  provider.behave("hanging", { kind: "hang_before_token" });
  await limit("user", ada.id, { day: { tokens: room * MOST + MOST - 1 } });
  const abort = new AbortController();
  let refused = 0;
  const requests = Array.from({ length: 200 }, async (_, n) => {
    const { url } = network.apis[n % 2] ?? network.api;
    const response = await fetch(`${url}/v1/chat/completions`, {
      method: "POST",
      headers: { ...bearer(ada.access), "content-type": "application/json" },
      body: JSON.stringify(chatBody("hanging", { stream: true })),
      signal: abort.signal,
    });
    if (response.status === 402) refused += 1;
    await response.text();
  });
  const all = Promise.allSettled(requests);
  // Refused requests return at once; the others reach the provider.
  await until("requests beyond the budget are refused", () => refused === 200 - room, 20_000);
  await until(
    "requests within the budget reach the provider",
    () => provider.callsOf("hanging").length >= room,
    10_000,
  );
  expect(provider.callsOf("hanging")).toHaveLength(room);
  const { day } = await spentOf("user", ada.id);
  expect(day).toMatchObject({ tokens: 0, reserved_tokens: room * MOST });
  abort.abort();
  await all;
  await until("all usage is settled", async () => {
    const { day: spent } = await spentOf("user", ada.id);
    return spent.reserved_tokens === 0;
  });
  expect(provider.callsOf("hanging")).toHaveLength(room);
});

test("200 concurrent completions spend at most the budget", async () => {
  const ada = await newPerson(network.api);
  provider.behave("busy", { kind: "answer", text: "a b c d e f" });
  const tokens = 20 * MOST;
  await limit("user", ada.id, { day: { tokens } });
  const answers = await Promise.all(
    Array.from({ length: 200 }, (_, n) =>
      chat(ada.access, chatBody("busy"), network.apis[n % 2] ?? network.api),
    ),
  );
  const statuses = new Set(answers.map(({ status }) => status));
  expect(statuses).toEqual(new Set([200, 402]));
  const served = answers.filter(({ status }) => status === 200);
  expect(provider.callsOf("busy")).toHaveLength(served.length);
  const used = served.reduce((sum, { body }) => sum + (body.usage.total_tokens as number), 0);
  const { day } = await spentOf("user", ada.id);
  expect(day).toMatchObject({ tokens: used, reserved_tokens: 0 });
  expect(used).toBeLessThanOrEqual(tokens);
});

describe("calls that are not chat completions", () => {
  test("embeddings obey a budget before the provider call, and are counted", async () => {
    const ada = await newPerson(network.api);
    const input = ["some text", "and more"];
    const embed = () =>
      post(network.api, "/v1/embeddings", { model: "wall/vectors", input }, bearer(ada.access));
    await limit("user", ada.id, { day: { tokens: 16 } });
    const refused = await embed();
    expect([refused.status, refused.body.error.code]).toEqual([402, "budget_exceeded"]);
    expect(provider.callsOf("vectors")).toEqual([]);
    await limit("user", ada.id, { day: { tokens: 17 } });
    const answer = await embed();
    expect(answer.status).toBe(200);
    const { rows } = (await network.api.get("/api/usage?by=model", bearer(ada.access))).body;
    const { prompt_tokens } = answer.body.usage;
    expect(rows).toMatchObject([{ key: "wall/vectors", answers: 1, prompt_tokens }]);
    expect((await spentOf("user", ada.id)).day).toMatchObject({
      tokens: prompt_tokens,
      reserved_tokens: 0,
    });
  });

  test("agents obey their own budget and the system's, and usage lists them by name", async () => {
    provider.behave("scout", { kind: "answer", text: "all quiet" });
    const made = await network.api.send("PUT", "/api/agents/scout", {
      prompt: "look around",
      model: "wall/scout",
    });
    expect(made.status).toBe(200);
    const run = async () => {
      const { body } = await network.api.send("POST", "/api/agents/scout/run");
      return until("the agent has run", async () => {
        const { runs } = (await network.api.get("/api/agents/scout/runs", ADMIN)).body;
        const found = runs.find((one: any) => one.iteration === body.run.iteration);
        return found?.status === "running" ? undefined : found;
      });
    };
    await limit("agent", "scout", { day: { tokens: 1 } });
    expect(await run()).toMatchObject({ status: "failed", error: { code: "budget_exceeded" } });
    expect(provider.callsOf("scout")).toEqual([]);
    await limit("agent", "scout", { day: { tokens: 100_000 } });
    await request(network.bus, loop.requests.iterate, {}, systemContext("test"));
    const { usage } = await run();
    const tokens = usage.prompt_tokens + usage.completion_tokens;
    expect((await spentOf("agent", "scout")).day).toMatchObject({ tokens, reserved_tokens: 0 });
    const { rows } = (await network.api.get("/api/usage?by=agent", ADMIN)).body;
    expect(rows).toMatchObject([{ key: "scout", answers: 1, ...usage }]);
  });

  test("summaries count for the account of the conversation, and not as answers", async () => {
    const ada = await newPerson(network.api);
    provider.behave("small", { kind: "answer", text: "a long story ".repeat(300) });
    await limit("user", ada.id, { day: { tokens: 1_000_000 } });
    let talk: string | undefined;
    for (let n = 0; n < 4; n += 1) {
      const more = { messages: [user(`more ${n}`)], vega_conversation: talk };
      const answer = await chat(ada.access, chatBody("small", more));
      expect(answer.status).toBe(200);
      talk = answer.headers.get("vega-conversation") ?? "";
    }
    const path = `/api/conversations/${talk}/messages`;
    const { messages } = (await network.api.get(path, bearer(ada.access))).body;
    const answers = (messages as any[]).filter(({ role }) => role === "assistant");
    expect(answers.at(-1).prompt).toMatchObject({ summarized: true });
    const answered = answers.reduce((sum, { usage }) => sum + usage.completion_tokens, 0);
    const { total } = (await network.api.get("/api/usage", bearer(ada.access))).body;
    expect(total.answers).toBe(4);
    expect(total.completion_tokens).toBeGreaterThan(answered);
    expect((await spentOf("user", ada.id)).day).toMatchObject({
      tokens: total.prompt_tokens + total.completion_tokens,
      reserved_tokens: 0,
    });
  });
});

describe("usage", () => {
  test("is listed by day, model and conversation; administrators see other accounts", async () => {
    const [ada, bob] = [await newPerson(network.api), await newPerson(network.api, "admin")];
    provider.behave("priceless", { kind: "answer", text: "so it is" });
    const first = await chat(ada.access, chatBody("priceless"));
    await chat(ada.access, chatBody("priceless"));
    await chat(bob.access, chatBody("priceless"));
    const { total_tokens: _, ...once } = first.body.usage as Record<
      "prompt_tokens" | "completion_tokens" | "total_tokens",
      number
    >;
    const total = {
      answers: 2,
      incomplete: 0,
      prompt_tokens: 2 * once.prompt_tokens,
      completion_tokens: 2 * once.completion_tokens,
    };
    const usage = async (query: string, as: Person) =>
      (await network.api.get(`/api/usage?${query}`, bearer(as.access))).body;
    expect(await usage("by=day", ada)).toMatchObject({ total, rows: [{ key: TODAY(), ...total }] });
    expect(await usage("by=model", ada)).toMatchObject({
      rows: [{ key: "wall/priceless", ...total }],
    });
    expect(await usage("by=user", ada)).toMatchObject({ rows: [{ key: ada.id, ...total }] });
    expect(await usage("by=agent", ada)).toMatchObject({ rows: [] });
    const talk = first.headers.get("vega-conversation");
    const { rows } = await usage("by=conversation", ada);
    expect(rows).toHaveLength(2);
    expect(rows[1]).toMatchObject({ key: talk, answers: 1, ...once });
    expect((await usage(`from=2026-01-01&to=2026-01-31`, ada)).rows).toEqual([]);

    expect(await usage(`user=${ada.id}`, bob)).toMatchObject({ total });
    const users: { key: string }[] = (await usage("by=user", bob)).rows;
    expect(users.map(({ key }) => key)).toEqual(expect.arrayContaining([ada.id, bob.id]));
    expect((await usage("by=day", bob)).total.answers).toBeGreaterThan(2);
    const path = `/api/usage?user=${bob.id}`;
    expect((await network.api.get(path, bearer(ada.access))).status).toBe(403);
    const backwards = await network.api.get("/api/usage?from=2026-02-01&to=2026-01-01", ADMIN);
    expect(backwards.status).toBe(400);
  });

  test("comes as CSV", async () => {
    const ada = await newPerson(network.api);
    provider.behave("priceless", { kind: "answer", text: "so it is" });
    await chat(ada.access, chatBody("priceless"));
    const path = "/api/usage?by=model&format=csv";
    const response = await fetch(`${network.api.url}${path}`, { headers: bearer(ada.access) });
    expect(response.headers.get("content-type")).toBe("text/csv; charset=utf-8");
    const [head, line, end] = (await response.text()).split("\r\n");
    expect(head).toBe(
      "model,answers,incomplete,estimated,unpriced,prompt_tokens,completion_tokens,cost_usd",
    );
    expect(line).toMatch(/^wall\/priceless,1,0,0,1,\d+,\d+,0$/);
    expect(end).toBe("");
  });

  test("and budgets of an erased account are deleted", async () => {
    const ada = await newPerson(network.api);
    provider.behave("priceless", { kind: "answer", text: "so it is" });
    await limit("user", ada.id, { day: { tokens: 100_000 } });
    await chat(ada.access, chatBody("priceless"));
    const kept = (await network.api.get("/api/me/export", bearer(ada.access))).body;
    expect(kept).toMatchObject({ usage: [{ day: TODAY() }], budget: { scope: "user" } });
    const erased = await network.api.raw("/api/me", {
      method: "DELETE",
      headers: { ...bearer(ada.access), "content-type": "application/json" },
      body: JSON.stringify({ password: PASSWORD }),
    });
    expect(erased.status).toBe(200);
    const budget = await network.api.get(`/api/admin/budgets/user/${ada.id}`, ADMIN);
    expect(budget.status).toBe(404);
    const usage = await network.api.get(`/api/usage?user=${ada.id}`, ADMIN);
    expect(usage.body.rows).toEqual([]);
    const users = await network.api.get("/api/usage?by=user", ADMIN);
    expect(JSON.stringify(users.body)).not.toContain(ada.id);
  });
});
