import type { Env } from "@vega/service-kit";
import { ConfigError } from "@vega/service-kit";
import { mkdtempSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import type { Target } from "../failover/target.ts";
import type { Models } from "./models.ts";
import { openModels } from "./models.ts";
import { chatRequest, textOf } from "../testing/collect.ts";
import { startFaultProvider } from "../testing/fault-provider.ts";

let folder: string;
let path: string;
const opened: Models[] = [];
const logged: object[] = [];
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "vega-models-"));
  path = join(folder, "providers.json");
  logged.length = 0;
});
afterEach(() => {
  for (const models of opened.splice(0)) models.close();
  rmSync(folder, { recursive: true });
});

const write = (value: unknown) => {
  // Renamed atomically: a poll must not read a part of it.
  writeFileSync(`${path}.new`, typeof value === "string" ? value : JSON.stringify(value));
  renameSync(`${path}.new`, path);
};

function openWith(env: Env): Models {
  const note = (entry: object) => void logged.push(entry);
  const models = openModels({
    env,
    log: { info: note, warn: note, error: note } as never,
    findFacts: () => Promise.resolve({ crystal: [], memory: [] }),
    random: () => 0,
    pollMs: 5,
  });
  opened.push(models);
  return models;
}

const openFile = (value: unknown, env: Env = {}) => {
  write(value);
  return openWith({ VEGA_PROVIDERS_FILE: path, ...env });
};

const provider = (id: string, more: object = {}) => ({
  id,
  kind: "openai-compatible",
  base_url: "http://127.0.0.1:1/v1",
  ...more,
});

function chainOf(models: Models, name: string, fallbacks: string[] = []): readonly Target[] {
  const resolved = models.resolve(name, fallbacks);
  if (!resolved.found) throw new Error(`nothing is called ${resolved.unknown}`);
  return resolved.chain;
}

/** `<provider>/<model>` of the chain of a name, or the unknown name. */
function names(models: Models, name: string, fallbacks: string[] = []): string[] | string {
  const resolved = models.resolve(name, fallbacks);
  if (!resolved.found) return resolved.unknown;
  return resolved.chain.map(({ provider: id, model }) => `${id}/${model}`);
}

describe("names", () => {
  const file = {
    providers: [provider("a"), provider("b", { models: ["x", "org/y"] })],
    aliases: { smart: ["a/1", "b/x"] },
  };
  test.each<[string, string[], string[] | string]>([
    ["smart", [], ["a/1", "b/x"]],
    ["smart", ["b/x", "local/echo-analyst"], ["a/1", "b/x", "local/echo-analyst"]],
    ["a/any/thing", [], ["a/any/thing"]],
    ["b/org/y", ["smart"], ["b/org/y", "a/1", "b/x"]],
    ["b", [], ["b/x"]],
    ["x", [], ["b/x"]],
    ["org/y", [], ["b/org/y"]],
    ["local", [], ["local/echo-analyst"]],
    ["b/z", [], "b/z"],
    ["smart", ["nothing"], "nothing"],
    ["toString", [], "toString"],
    ["a", [], "a"],
  ])("%s with %j", (name, fallbacks, expected) => {
    expect(names(openFile(file), name, fallbacks)).toEqual(expected);
  });
});

test("limits of an alias override those of a provider, which override the defaults", () => {
  const models = openFile({
    limits: { connect_ms: 1, first_token_ms: 1, idle_ms: 1 },
    providers: [provider("a", { limits: { first_token_ms: 2, idle_ms: 2 } })],
    aliases: { smart: { chain: ["a/1"], limits: { idle_ms: 3 } } },
  });
  const resolved = models.resolve("smart");
  expect(resolved.found && resolved.chain[0]?.limits).toEqual({
    connectMs: 1,
    firstTokenMs: 2,
    idleMs: 3,
    retries: 2,
    maxRetryAfterMs: 30_000,
  });
});

test("a model nearby has time to load where no other model follows and no limit is configured", () => {
  const models = openFile({
    providers: [
      provider("near"),
      provider("set", { limits: { first_token_ms: 7_000 } }),
      provider("far", { base_url: "https://models.example.com/v1" }),
    ],
    aliases: { both: ["far/1", "near/1"], near_first: ["near/1", "far/1"] },
  });
  const firstTokenMs = (name: string) =>
    chainOf(models, name).map(({ limits }) => limits.firstTokenMs);
  expect(firstTokenMs("near/1")).toEqual([300_000]);
  expect(firstTokenMs("set/1")).toEqual([7_000]);
  expect(firstTokenMs("both")).toEqual([10_000, 300_000]);
  expect(firstTokenMs("near_first")).toEqual([10_000, 10_000]);
});

test("without a file providers come from variables, and local is always available", async () => {
  const models = openWith({ ANTHROPIC_API_KEY: "k" });
  expect(models.status()).toMatchObject([
    { id: "anthropic", status: "ready", model: expect.stringMatching(/^claude-/) as string },
    { id: "local", status: "ready", model: "echo-analyst" },
  ]);
  const bare = openWith({});
  expect(bare.preferred()).toBe("local/echo-analyst");
  expect(await bare.list()).toEqual([
    { id: "orchestra", owned_by: "vega" },
    { id: "local/echo-analyst", owned_by: "vega" },
  ]);
  const chain = chainOf(bare, bare.preferred());
  const events = [];
  const options = { chain, signal: new AbortController().signal };
  for await (const event of bare.complete(chatRequest("x"), options)) events.push(event);
  expect(textOf(events)).toContain("not a language model");
  expect(events.at(-1)).toMatchObject({ kind: "completed", attempt: { provider: "local" } });
});

test("a provider without its key is skipped", async () => {
  const fault = await startFaultProvider();
  const models = openFile(
    {
      providers: [
        provider("a", { base_url: fault.baseUrl, api_key_env: "A_KEY" }),
        provider("b", { base_url: fault.baseUrl, api_key_env: "B_KEY" }),
      ],
    },
    { B_KEY: "secret" },
  );
  expect(models.status().map(({ status }) => status)).toEqual(["needs_key", "ready", "ready"]);
  expect(logged).toEqual([{ provider: "a", missing: "set A_KEY" }]);
  const chain = chainOf(models, "a/1", ["b/2"]);
  const events = [];
  const options = { chain, signal: new AbortController().signal };
  for await (const event of models.complete(chatRequest("x"), options)) events.push(event);
  expect(events[0]).toMatchObject({ attempt: { fault: "unauthorized", message: /set A_KEY/ } });
  expect(fault.calls).toMatchObject([
    { body: { model: "2" }, headers: { authorization: "Bearer secret" } },
  ]);
  expect(models.status()[1]?.health).toEqual({ "b/2": { state: "closed", waitMs: 0 } });
  await fault.close();
});

test("lists configured names and queries providers with all models", async () => {
  const fault = await startFaultProvider();
  fault.behave("m1", { kind: "answer" });
  const models = openFile({
    providers: [
      provider("a", { base_url: fault.baseUrl, models: ["*", "m0"] }),
      provider("b", { models: ["x"] }),
      provider("dead"),
    ],
    aliases: { smart: ["b/x"] },
  });
  const expected = ["smart", "orchestra", "a/m0", "a/m1", "b/x", "local/echo-analyst"];
  expect((await models.list()).map(({ id }) => id)).toEqual(expected);
  await models.list();
  expect(fault.calls).toHaveLength(1);
  await fault.close();
});

test("costs follow the price table", () => {
  const prices = { m: { input: 2.5, output: 10 } };
  const models = openFile({ providers: [provider("a", { prices })] });
  const usage = { prompt_tokens: 1_000, completion_tokens: 200, total_tokens: 1_200 };
  expect(models.cost("a", "m", usage)).toBeCloseTo(0.0045, 10);
  expect(models.cost("a", "other", usage)).toBeUndefined();
});

describe("the file", () => {
  test("is reloaded without a restart, keys included", async () => {
    const key = join(folder, "key");
    const models = openFile({ providers: [provider("a")] });
    expect(names(models, "b/1")).toBe("b/1");
    writeFileSync(key, "");
    write({ providers: [provider("b", { api_key_file: key })] });
    await vi.waitUntil(() => names(models, "b/1") !== "b/1", { interval: 5 });
    expect(models.status()[0]?.status).toBe("needs_key");
    writeFileSync(key, "secret\n");
    await vi.waitUntil(() => models.status()[0]?.status === "ready", { interval: 5 });
    expect(JSON.stringify(logged)).not.toContain("secret");
  });

  test.each([
    ["broken", (): void => write("{")],
    ["wrong", (): void => write({ providers: [{ id: "b" }] })],
    ["gone", (): void => rmSync(path)],
  ])("that is %s is not loaded, and the reason is logged", async (_, change) => {
    const models = openFile({ providers: [provider("a")] });
    change();
    await vi.waitUntil(() => logged.length > 0, { interval: 5 });
    expect(logged).toEqual([{ reason: expect.stringContaining(path) as string }]);
    expect(names(models, "a/1")).toEqual(["a/1"]);
    write({ providers: [provider("b")] });
    await vi.waitUntil(() => names(models, "b/1") !== "b/1", { interval: 5 });
  });

  test("that is invalid at the start fails the start", () => {
    expect(() => openFile("{")).toThrow(ConfigError);
    rmSync(path);
    expect(() => openWith({ VEGA_PROVIDERS_FILE: path })).toThrow(`can't read ${path}`);
  });
});
