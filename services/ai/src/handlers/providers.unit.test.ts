import { expect, test } from "vitest";
import type { ProviderStatus } from "../models/models.ts";
import { countProviders, showProviders } from "./providers.ts";

type State = "closed" | "open" | "half_open";

/** A provider with models in the given states. */
const provider = (id: string, kind: string, states: State[] = []): ProviderStatus => ({
  id,
  kind,
  status: "ready",
  model: "m",
  health: Object.fromEntries(
    states.map((state, at) => [`${id}/m${at}`, { state, waitMs: state === "open" ? 5 : 0 }]),
  ),
});
const local = provider("local", "local");
const ids = (all: readonly { id: string }[]) => all.map(({ id }) => id);

test("well-known providers without a key follow the configured ones", () => {
  const shown = showProviders([provider("mine", "openai-compatible"), local]);
  expect(ids(shown)).toEqual(["mine", "local", "openai", "anthropic", "xai", "deepseek"]);
  expect(shown[2]).toMatchObject({ kind: "openai", status: "needs_key", health: {} });
  expect(shown[2]?.model).toEqual(expect.any(String));
});

test("a configured provider is listed once, whatever its id", () => {
  const wanting = { ...provider("xai", "xai"), status: "needs_key" as const };
  const shown = showProviders([provider("work", "openai"), wanting, local]);
  expect(ids(shown)).toEqual(["work", "xai", "local", "anthropic", "deepseek"]);
  expect(shown[1]?.status).toBe("needs_key");
});

test("ids are unique, also where a provider of another kind has a well-known id", () => {
  const shown = showProviders([provider("openai", "openai-compatible"), local]);
  expect(ids(shown)).toEqual(["openai", "local", "anthropic", "xai", "deepseek"]);
  expect(shown[0]?.kind).toBe("openai-compatible");
});

test("the health of a model includes the remaining wait", () => {
  const [shown] = showProviders([provider("a", "openai", ["open", "closed"])]);
  expect(shown?.health).toEqual({
    "a/m0": { state: "open", wait_ms: 5 },
    "a/m1": { state: "closed", wait_ms: 0 },
  });
});

test.each<[string, State[], number]>([
  ["was not called yet", [], 1],
  ["answers", ["closed"], 1],
  ["has one model that answers", ["open", "closed"], 1],
  ["may be tried again", ["open", "half_open"], 1],
  ["has none that answers", ["open", "open"], 0],
])("the health core counts a provider that %s", (_, states, providers_answering) => {
  const counted = countProviders([provider("a", "openai", states), local]);
  expect(counted).toEqual({ providers: 1, providers_answering });
});

test("a provider without a key is unavailable, and the built-in one is not counted", () => {
  const wanting = { ...provider("a", "openai", ["closed"]), status: "needs_key" as const };
  expect(countProviders([wanting, local])).toEqual({ providers: 1, providers_answering: 0 });
  expect(countProviders([local])).toEqual({ providers: 0, providers_answering: 0 });
});
