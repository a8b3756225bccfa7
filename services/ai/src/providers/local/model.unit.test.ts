import { expect, test } from "vitest";
import { collect } from "../../testing/collect.ts";
import type { Facts } from "./model.ts";
import { createEchoAnalyst } from "./model.ts";

const facts: Facts = {
  crystal: ["The core alpha has 97 of 100.", "The loop has made 12 iterations."],
  memory: [{ key: "shared/favourite-colour", value: "teal" }],
};

const request = (content: string, owner: string | null = null) => ({
  model: "echo-analyst",
  messages: [{ role: "user", content }],
  options: {},
  owner,
});

test("reports matching facts, its nature and its usage", async () => {
  const model = createEchoAnalyst(() => Promise.resolve(facts));
  const { events, text } = await collect(model, request("How is alpha, and my colour?"));
  expect(text).toContain("not a language model");
  expect(text).toContain("- The core alpha has 97 of 100.");
  expect(text).not.toContain("iterations");
  expect(text).toContain('- shared/favourite-colour: "teal"');
  const words = text.match(/\S+/g)?.length ?? 0;
  expect(events.filter(({ kind }) => kind === "delta")).toHaveLength(words + 1);
  expect(events.at(-2)).toEqual({ kind: "finish", reason: "stop" });
  expect(events.at(-1)).toEqual({
    kind: "usage",
    usage: { prompt_tokens: 6, completion_tokens: words, total_tokens: words + 6 },
  });
});

test("loads the facts of the request's owner", async () => {
  const owners: unknown[] = [];
  const model = createEchoAnalyst(({ owner }) => {
    owners.push(owner);
    return Promise.resolve({ crystal: [], memory: [] });
  });
  const { text } = await collect(model, request("", "u1"));
  expect(owners).toEqual(["u1"]);
  expect(text).toContain("The memory is empty.");
});
