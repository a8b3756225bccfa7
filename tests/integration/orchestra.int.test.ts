import type { Behaviour, FaultProvider } from "@vega/ai/testing";
import { startFaultProvider } from "@vega/ai/testing";
import type { ApiResponse, Network } from "@vega/test-support";
import { startNetwork, until } from "@vega/test-support";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { bearer, newPerson, post } from "./people.ts";

/* Ensembles: members that are slow, failing, interrupted, equal and contradicting. */

const SEATS = ["wall/a", "wall/b", "wall/c"];

let provider: FaultProvider;
let network: Network;
beforeAll(async () => {
  provider = await startFaultProvider();
  const base = { kind: "openai-compatible", base_url: provider.baseUrl };
  const prices = Object.fromEntries(
    ["a", "b", "c", "lead"].map((name) => [name, { input: 0, output: 1_000_000 }]),
  );
  network = await startNetwork({
    env: { VEGA_REGISTRATION: "open" },
    providers: {
      providers: [{ id: "wall", ...base, prices, limits: { retries: 0 } }],
      ensembles: {
        default: { seats: SEATS, conductor: "wall/lead" },
        hasty: { seats: SEATS, conductor: "wall/lead", quorum: 2 },
        late: { seats: SEATS, conductor: "wall/lead", deadline_ms: 300 },
        judged: { seats: SEATS, conductor: "wall/lead", mode: "best_of" },
        plain: { seats: SEATS, mode: "side_by_side" },
      },
    },
  });
});
afterAll(async () => {
  await network.close();
  await provider.close();
});

const ADMIN = bearer("a-token-for-tests-only");
const answers = (text: string): Behaviour => ({ kind: "answer", text });

function seat(a: Behaviour, b: Behaviour, c: Behaviour, lead: Behaviour = answers("all in all")) {
  for (const [name, how] of Object.entries({ a, b, c, lead })) provider.behave(name, how);
}

const complete = (model: string, more: object = {}): Promise<ApiResponse> =>
  network.api.send("POST", "/v1/chat/completions", {
    model,
    messages: [{ role: "user", content: "why?" }],
    ...more,
  });
const textOf = ({ body }: ApiResponse) => body.choices[0].message.content as string;

async function reportOf(answer: ApiResponse) {
  const id = answer.headers.get("vega-message");
  const { body, status } = await network.api.get(`/api/orchestra/${id}?shared=true`, ADMIN);
  expect(status).toBe(200);
  return body;
}
const lastCall = (model: string) => provider.callsOf(model).at(-1);

test("all members are called at once, the aggregator combines them, and each is reported and billed", async () => {
  seat(answers("one"), answers("two words"), answers("three"));
  const answer = await complete("orchestra");
  expect(answer.body).toMatchObject({
    model: "orchestra/default",
    usage: { completion_tokens: 1 + 2 + 1 + 3 },
  });
  expect(textOf(answer)).toBe("all in all");
  const shown = JSON.stringify(lastCall("lead")?.body.messages);
  for (const text of ["wall/a", "two words", "three", "why?"]) expect(shown).toContain(text);
  const { orchestra, status, answer: kept } = await reportOf(answer);
  expect([status, kept]).toEqual(["complete", "all in all"]);
  expect(orchestra).toMatchObject({
    ensemble: "default",
    mode: "synthesise",
    seats: [
      { seat: "wall/a", model: "wall/a", status: "answered", text: "one", cost_usd: 1 },
      { seat: "wall/b", status: "answered", text: "two words", cost_usd: 2 },
      { seat: "wall/c", status: "answered", text: "three", cost_usd: 1 },
    ],
    conductor: { model: "wall/lead", cost_usd: 3 },
    chosen: null,
    cost_usd: 7,
  });
});

test("an ensemble streams like a single model", async () => {
  seat(answers("one"), answers("two"), answers("three"));
  const response = await fetch(`${network.api.url}/v1/chat/completions`, {
    method: "POST",
    headers: { ...ADMIN, "content-type": "application/json" },
    body: JSON.stringify({
      model: "orchestra",
      stream: true,
      messages: [{ role: "user", content: "why?" }],
    }),
  });
  const text = await response.text();
  expect(text.match(/"content":"(all |in |all)"/g)).toHaveLength(3);
  expect(text.endsWith("data: [DONE]\n\n")).toBe(true);
});

describe("a member", () => {
  test("that fails, breaks off or stalls does not delay the others, and its failure is reported", async () => {
    seat({ kind: "reset" }, { kind: "cut", after: 1 }, answers("only me"));
    const answer = await complete("orchestra");
    // A single completion needs no aggregator.
    expect(textOf(answer)).toBe("only me");
    const { orchestra } = await reportOf(answer);
    expect(orchestra).toMatchObject({
      seats: [{ status: "failed" }, { status: "failed", error: /./ }, { status: "answered" }],
      conductor: null,
      chosen: "wall/c",
    });
  });

  test("that is late is cancelled at its provider, and its partial text is stored", async () => {
    seat(answers("one"), answers("two"), { kind: "stall", after: 1, text: "slow indeed" });
    for (const model of ["orchestra/late", "orchestra/hasty"]) {
      const answer = await complete(model);
      expect(textOf(answer)).toBe("all in all");
      const call = lastCall("c");
      await call?.closed;
      expect(call?.abandoned).toBe(true);
      const { orchestra } = await reportOf(answer);
      expect(orchestra.seats[2]).toMatchObject({ status: "late" });
      if (model === "orchestra/late") expect(orchestra.seats[2].text).toBe("slow ");
    }
  });

  test("without a completion of any other one causes a clear error with the report", async () => {
    const dead: Behaviour = { kind: "status", status: 500 };
    seat(dead, dead, dead);
    const answer = await complete("orchestra");
    expect(answer.status).toBe(503);
    expect(answer.body.error.message).toMatch(/no member of the ensemble answered .*wall\/b/);
    const { body } = await network.api.get("/api/conversations?shared=true&limit=1", ADMIN);
    const { id } = body.conversations[0];
    const kept = await network.api.get(`/api/conversations/${id}/messages?shared=true`, ADMIN);
    expect(kept.body.messages[1]).toMatchObject({
      status: "failed",
      orchestra: { seats: [{ status: "failed" }, { status: "failed" }, { status: "failed" }] },
    });
  });
});

test("contradicting members reach the aggregator with their names; equal completions need no aggregator", async () => {
  seat(
    answers("It is so."),
    answers("It is not so."),
    answers("It is so."),
    answers("they differ"),
  );
  const differ = await complete("orchestra");
  expect(textOf(differ)).toBe("they differ");
  const shown = lastCall("lead")?.body.messages as { role: string; content: string }[];
  expect(shown.at(-1)?.content).toContain(
    "[1] wall/a:\nIt is so.\n\n[2] wall/b:\nIt is not so.\n\n[3] wall/c:\nIt is so.",
  );
  expect(shown.at(-2)?.content).toMatch(/contradict .* name the models by the names given/);
  const before = provider.callsOf("lead").length;
  for (const model of ["orchestra", "orchestra/judged"]) {
    seat(answers("It is so."), answers("It is so.\n"), answers("It is so."));
    const alike = await complete(model);
    expect(textOf(alike)).toBe("It is so.");
    expect((await reportOf(alike)).orchestra).toMatchObject({ conductor: null, chosen: "wall/a" });
  }
  expect(provider.callsOf("lead")).toHaveLength(before);
});

describe("completions of members are stored and billed", () => {
  const stalls = (after: number): Behaviour => ({ kind: "stall", after, text: "slow indeed" });

  /** Opens a stream, ends it by `action`, and reads the stored message. */
  async function keptOf(model: string, leave: (stop: () => void) => Promise<void>) {
    const controller = new AbortController();
    const body = { model, stream: true, messages: [{ role: "user", content: "why?" }] };
    const pending = fetch(`${network.api.url}/v1/chat/completions`, {
      method: "POST",
      headers: { ...ADMIN, "content-type": "application/json" },
      body: JSON.stringify(body),
      signal: controller.signal,
    }).then((response) => response.text());
    await Promise.all([leave(() => controller.abort()), pending.catch(() => undefined)]);
    return until("the message has ended", async () => {
      const { body: list } = await network.api.get("/api/conversations?shared=true&limit=1", ADMIN);
      const path = `/api/conversations/${list.conversations[0].id}/messages?shared=true`;
      const { body: page } = await network.api.get(path, ADMIN);
      const last = page.messages.at(-1);
      return last.role === "assistant" && last.status !== "streaming" && last;
    });
  }
  const nextCall = async (model: string) => {
    const before = provider.callsOf(model).length;
    return () => until(`${model} is called`, () => provider.callsOf(model)[before]);
  };

  test("when the client disconnects meanwhile; all calls are cancelled", async () => {
    seat(answers("one"), stalls(1), stalls(0));
    const pending = await Promise.all(["a", "b", "c"].map(nextCall));
    const kept = await keptOf("orchestra", async (stop) => {
      const [a, b, c] = await Promise.all(pending.map((one) => one()));
      await a?.closed;
      stop();
      await Promise.all([b?.closed, c?.closed]);
      expect([a?.abandoned, b?.abandoned, c?.abandoned]).toEqual([false, true, true]);
    });
    expect(kept).toMatchObject({
      status: "cancelled",
      orchestra: {
        seats: [
          { status: "answered", text: "one", cost_usd: 1 },
          { status: "failed", usage: { completion_tokens: expect.any(Number) as number } },
          { status: "failed", estimated: true },
        ],
      },
    });
    expect(kept.usage.prompt_tokens).toBeGreaterThan(kept.orchestra.seats[0].usage.prompt_tokens);
    expect(kept.cost_usd).toBe(kept.orchestra.cost_usd);
  });

  test("when the aggregator breaks off after its first words", async () => {
    seat(answers("one"), answers("two"), answers("three"), {
      kind: "cut",
      after: 2,
      text: "all in all",
    });
    const kept = await keptOf("orchestra", async () => undefined);
    expect(kept).toMatchObject({
      status: "truncated",
      content: "all in ",
      orchestra: {
        seats: [{ text: "one" }, { text: "two" }, { text: "three" }],
        conductor: { model: "wall/lead", estimated: true },
      },
    });
    // Three words of the members, and those of the aggregator.
    expect(kept.cost_usd).toBe(5);
  });

  test("when another model replaces the ensemble", async () => {
    const dead: Behaviour = { kind: "status", status: 500 };
    seat(dead, { kind: "cut", after: 1, text: "a word" }, dead);
    provider.behave("spare", answers("instead"));
    const answer = await complete("orchestra", { fallbacks: ["wall/spare"] });
    expect([textOf(answer), answer.body.model]).toEqual(["instead", "wall/spare"]);
    const { orchestra } = await reportOf(answer);
    expect(orchestra.seats[1]).toMatchObject({ status: "failed", text: "a ", estimated: true });
  });

  test("when a member is late: its prompt is billed", async () => {
    seat(answers("one"), answers("two"), stalls(1));
    const { orchestra } = await reportOf(await complete("orchestra/late"));
    expect(orchestra.seats[2]).toMatchObject({ status: "late", estimated: true, cost_usd: 2 });
    expect(orchestra.cost_usd).toBe(1 + 1 + 2 + 3);
  });
});

test("a completion beyond the stored length of a member is returned completely", async () => {
  const long = `${"word ".repeat(40_000)}end`;
  seat(answers(long), answers("two"), answers("three"), answers("1"));
  const answer = await complete("orchestra/judged");
  expect(textOf(answer)).toBe(long);
  const { orchestra } = await reportOf(answer);
  expect(orchestra.seats[0].text.length).toBe(64 * 1024);
});

describe("the aggregator", () => {
  test("that fails is left out: all completions are returned side by side", async () => {
    seat(answers("one"), answers("two"), answers("three"), { kind: "status", status: 500 });
    expect(textOf(await complete("orchestra"))).toBe(
      "## wall/a\n\none\n\n## wall/b\n\ntwo\n\n## wall/c\n\nthree",
    );
  });

  test("chooses the best on request; without a choice the first member counts", async () => {
    seat(answers("one"), answers("two"), answers("three"), answers("2"));
    const judged = await complete("orchestra/judged");
    expect(textOf(judged)).toBe("two");
    expect((await reportOf(judged)).orchestra).toMatchObject({
      chosen: "wall/b",
      conductor: { model: "wall/lead" },
    });
    seat(answers("one"), answers("two"), answers("three"), answers("none of them"));
    expect(textOf(await complete("orchestra", { vega_orchestra: { mode: "best_of" } }))).toBe(
      "one",
    );
  });

  test("is not called for the mode with all completions", async () => {
    seat(answers("one"), answers("two"), answers("three"));
    const before = provider.callsOf("lead").length;
    expect(textOf(await complete("orchestra/plain"))).toContain("## wall/b\n\ntwo");
    expect(provider.callsOf("lead")).toHaveLength(before);
  });
});

test("a budget applies to all members together, before any call", async () => {
  seat(answers("one"), answers("two"), answers("three"));
  const { id, access } = await newPerson(network.api);
  const limit = (usd: number) =>
    network.api.send("PUT", `/api/admin/budgets/user/${id}`, { day: { usd } });
  const askAs = () =>
    post(
      network.api,
      "/v1/chat/completions",
      { model: "orchestra", max_tokens: 10, messages: [{ role: "user", content: "why?" }] },
      bearer(access),
    );
  // One member of ten tokens would fit, all members do not.
  expect((await limit(15)).status).toBe(200);
  const before = provider.calls.length;
  const refused = await askAs();
  expect([refused.status, refused.body.error.code]).toEqual([402, "budget_exceeded"]);
  expect(provider.calls).toHaveLength(before);
  await limit(40);
  expect((await askAs()).status).toBe(200);
  const usage = await network.api.get("/api/usage?by=model", bearer(access));
  expect(usage.body.total.cost_usd).toBe(6);
});

test("an unknown ensemble is refused, and the known ones are listed", async () => {
  expect((await complete("orchestra/none")).body.error.code).toBe("model_not_found");
  const { body } = await network.api.get("/v1/models", ADMIN);
  const ids = body.data.map(({ id }: { id: string }) => id);
  expect(ids).toEqual(expect.arrayContaining(["orchestra", "orchestra/judged"]));
});

test("the report of an ensemble is visible to its owner only", async () => {
  seat(answers("one"), answers("two"), answers("three"));
  const [ada, bob] = [await newPerson(network.api), await newPerson(network.api)];
  const body = { model: "orchestra", messages: [{ role: "user", content: "why?" }] };
  const answer = await post(network.api, "/v1/chat/completions", body, bearer(ada.access));
  const path = `/api/orchestra/${answer.headers.get("vega-message")}`;
  expect((await network.api.get(path, bearer(ada.access))).status).toBe(200);
  expect((await network.api.get(path, bearer(bob.access))).status).toBe(404);
  expect((await network.api.get("/api/orchestra/nonsense", ADMIN)).status).toBe(400);
});

test("the predecessor's routes: query, synthesize with a perspective for each member, status", async () => {
  seat(answers("one"), { kind: "reset" }, answers("three"));
  const query = await network.api.send("POST", "/api/orchestrator/query", { prompt: "why?" });
  expect(query.body).toMatchObject({
    success: true,
    responses: { "wall/a": "one", "wall/c": "three" },
    errors: { "wall/b": /./ },
    synthesized: "all in all",
    aiCount: 2,
  });
  seat(answers("one"), answers("two"), answers("three"));
  const whole = await network.api.send("POST", "/api/orchestrator/synthesize", { topic: "ravens" });
  expect(whole.body).toMatchObject({ success: true, topic: "ravens", synthesis: "all in all" });
  const angles = ["a", "b", "c"].map((name) => {
    const messages = lastCall(name)?.body.messages as { content: string }[];
    return messages[0]?.content;
  });
  expect(angles[0]).toMatch(/technical/);
  expect(new Set(angles).size).toBe(3);
  const status = await network.api.get("/api/orchestrator/status");
  expect(status.body).toMatchObject({ status: "ready", aiCount: 1, services: { wall: "ready" } });
});

test("creative prompts come from a model, and are refused without a model or with the module off", async () => {
  expect((await network.api.get("/api/redblood/status")).body.status).toBe("ready");
  const visual = await network.api.send("POST", "/api/redblood/generate-visual", {
    theme: "ravens",
  });
  expect(visual.body).toMatchObject({ success: true, prompt: expect.any(String) as string });
  await network.api.send("PATCH", "/api/modules/creative_hub", { status: "inactive" });
  const off = await network.api.send("POST", "/api/redblood/generate-music-prompt", {});
  expect([off.status, off.body.code]).toEqual([409, "module_off"]);
  await network.api.send("PATCH", "/api/modules/creative_hub", { status: "active" });
  expect((await network.api.send("POST", "/api/redblood/infinity-cycle")).status).toBe(200);
});
