import { readdirSync } from "node:fs";
import { expect, test } from "vitest";
import { KINDS, LOCAL } from "./kinds.ts";

test("each folder of a provider is a kind", () => {
  const folders = readdirSync(new URL(".", import.meta.url), { withFileTypes: true })
    .filter((entry) => entry.isDirectory() && entry.name !== LOCAL)
    .map(({ name }) => name);
  expect(Object.keys(KINDS).toSorted()).toEqual(folders.toSorted());
});

test.each(Object.entries(KINDS))("%s has a default for each variable or none", (_, kind) => {
  const { baseUrl, model, env } = kind;
  expect(new Set([baseUrl, model, env].map((one) => one === undefined)).size).toBe(1);
});

test("models are listed by the protocol of the kind", () => {
  const options = { baseUrl: "https://example.org/v1", apiKey: "k" };
  expect(KINDS.deepseek.listModels(options)).toEqual({
    url: "https://example.org/v1/models",
    headers: { authorization: "Bearer k" },
  });
  expect(KINDS.anthropic.listModels({ ...options, baseUrl: "https://example.org" })).toEqual({
    url: "https://example.org/v1/models?limit=1000",
    headers: { "anthropic-version": "2023-06-01", "x-api-key": "k" },
  });
});

test("prefill depends on kind and model", () => {
  expect(KINDS.anthropic.takesPrefill("claude-opus-4-1")).toBe(true);
  expect(KINDS.anthropic.takesPrefill("claude-sonnet-5")).toBe(false);
  expect(KINDS.openai.takesPrefill("claude-opus-4-1")).toBe(false);
});
