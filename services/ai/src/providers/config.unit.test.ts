import { expect, test } from "vitest";
import { parseProviders } from "./config.ts";
import { providersFromEnv } from "./from-env.ts";

const parse = (value: unknown) => parseProviders(JSON.stringify(value));
const wall = {
  id: "wall",
  kind: "openai-compatible",
  base_url: "http://127.0.0.1:8401/v1",
  api_key_env: "WALL_KEY",
  models: ["*"],
};

test("accepts the minimal form", () => {
  const result = parse({ providers: [wall], aliases: { smart: ["wall/a", "wall/b"] } });
  expect(result).toMatchObject({
    file: {
      providers: [{ ...wall, prices: {}, limits: {} }],
      aliases: { smart: { chain: ["wall/a", "wall/b"], limits: {} } },
    },
  });
});

test("accepts all members", () => {
  const limits = {
    connect_ms: 1,
    first_token_ms: 2,
    idle_ms: 3,
    retries: 0,
    max_retry_after_ms: 4,
  };
  const provider = {
    id: "openai",
    kind: "openai",
    api_key_file: "/run/secrets/openai",
    models: ["gpt-4o"],
    default_model: "gpt-4o",
    prices: { "gpt-4o": { input: 2.5, output: 10 } },
    context_windows: { "gpt-4o": 128_000 },
    prefill: ["gpt-4o"],
    limits,
    dialect: {
      max_tokens: "max_tokens",
      developer_role: true,
      stream: false,
      system_first: true,
      refused: ["seed"],
    },
  };
  const aliases = { smart: { chain: ["openai/gpt-4o", "local/echo-analyst"], limits } };
  const duo = {
    seats: ["smart", "openai"],
    conductor: "openai/gpt-4o",
    mode: "best_of",
    deadline_ms: 9,
    quorum: 1,
  };
  const ensembles = { duo };
  expect(parse({ providers: [provider], aliases, ensembles, limits })).toEqual({
    file: { providers: [provider], aliases, ensembles, limits },
  });
});

test.each<[string, unknown, string]>([
  ["a kind", { providers: [{ ...wall, kind: "foo" }] }, "providers[0].kind: "],
  [
    "a base URL",
    { providers: [{ ...wall, base_url: undefined }] },
    "providers[0].base_url: is missing",
  ],
  [
    "a URL",
    { providers: [{ ...wall, base_url: "ftp://x" }] },
    "providers[0].base_url: must be a URL",
  ],
  ["two ids", { providers: [wall, wall] }, 'providers[1].id: "wall" is used twice'],
  ["the id local", { providers: [{ ...wall, id: "local" }] }, "choose another id"],
  [
    "two keys",
    { providers: [{ ...wall, api_key_file: "x" }] },
    "api_key_file: must not be set together",
  ],
  ["a misspelt field", { providers: [{ ...wall, modles: [] }] }, '"modles"'],
  [
    "a seat",
    { ensembles: { x: { seats: ["foo/a"] } } },
    'ensembles.x: unknown model or alias "foo/a"; declare it under',
  ],
  ["a chain", { aliases: { smart: ["foo/a"] } }, 'aliases.smart[0]: unknown provider "foo"'],
  ["no list", [], "the file: "],
])("reports the place of %s", (_, value, fault) => {
  const result = parse(value);
  expect("issues" in result && result.issues.join("; ")).toContain(fault);
});

test("does not quote a malformed file", () => {
  const result = parseProviders('{"providers": sk-secret}');
  expect(result).toMatchObject({ issues: [expect.stringMatching(/^is not valid JSON/)] });
  expect(JSON.stringify(result)).not.toContain("secret");
});

test("creates providers from keys in variables", () => {
  const file = providersFromEnv({
    OPENAI_API_KEY: "k",
    XAI_API_KEY: "k",
    XAI_BASE_URL: "http://127.0.0.1:1/v1/",
  });
  expect(file.providers).toMatchObject([
    { id: "openai", kind: "openai", api_key_env: "OPENAI_API_KEY", models: ["*"] },
    { id: "xai", base_url: "http://127.0.0.1:1/v1" },
  ]);
  expect(providersFromEnv({}).providers).toEqual([]);
});
