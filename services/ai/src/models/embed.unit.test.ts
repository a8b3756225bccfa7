import type { JsonObject } from "@vega/contracts";
import { expect, test } from "vitest";
import { createBreakers } from "../failover/breakers.ts";
import { DEFAULT_LIMITS } from "../failover/limits.ts";
import type { Target } from "../failover/target.ts";
import { embed } from "./embed.ts";
import type { EmbeddingResult, ModelErrorKind } from "./language-model.ts";
import { ModelError } from "./language-model.ts";

const vectors: EmbeddingResult = {
  body: { object: "list", data: [] },
  headers: { "x-request-id": "r" },
};

/** A model that embeds, fails, or has no embeddings; records its requests. */
function target(model: string, does: ModelErrorKind | Error | "embeds" | "cannot") {
  const asked: JsonObject[] = [];
  const stream = () => {
    throw new Error("unexpected completion");
  };
  const run = async (body: JsonObject) => {
    asked.push(body);
    if (does === "embeds") return vectors;
    throw does instanceof Error
      ? does
      : new ModelError(does as ModelErrorKind, `${model}: ${does}`);
  };
  const one: Target = {
    provider: "p",
    model,
    languageModel: does === "cannot" ? { stream } : { stream, embed: run },
    limits: DEFAULT_LIMITS,
  };
  return Object.assign(one, { asked });
}

function breakersAt() {
  const clock = { ms: 0 };
  return { clock, breakers: createBreakers(() => clock.ms) };
}

test("the first model with embeddings is called by its own name", async () => {
  const [none, first, second] = [
    target("a", "cannot"),
    target("b", "embeds"),
    target("c", "embeds"),
  ];
  const { breakers } = breakersAt();
  const body = { model: "p/b", input: ["x"], dimensions: 8 };
  expect(await embed(body, [none, first, second], breakers)).toBe(vectors);
  expect(first.asked).toEqual([{ model: "b", input: ["x"], dimensions: 8 }]);
  expect(second.asked).toEqual([]);
  expect(breakers.keys()).toEqual(["p/b"]);
});

test.each<ModelErrorKind>([
  "unavailable",
  "rate_limited",
  "invalid",
  "unauthorized",
  "timed_out",
  "broken_stream",
])("after an error (%s) the next model is called, and the last error is thrown", async (kind) => {
  const { breakers } = breakersAt();
  expect(await embed({}, [target("a", kind), target("b", "embeds")], breakers)).toBe(vectors);
  const failing = embed({}, [target("a", "unavailable"), target("b", kind)], breakers);
  await expect(failing).rejects.toMatchObject({ kind, message: `b: ${kind}` });
});

test.each([[[]], [[target("a", "cannot")]]])(
  "a chain without embeddings is refused",
  async (chain) => {
    await expect(embed({}, chain, breakersAt().breakers)).rejects.toMatchObject({
      kind: "invalid",
    });
  },
);

test("a timeout is reported as timed_out, not as cancelled", async () => {
  const late = embed({}, [target("a", "cancelled")], breakersAt().breakers);
  await expect(late).rejects.toMatchObject({ kind: "timed_out" });
});

test("an internal error is thrown without a further call", async () => {
  const fault = new TypeError("ours");
  const other = target("b", "embeds");
  await expect(embed({}, [target("a", fault), other], breakersAt().breakers)).rejects.toBe(fault);
  expect(other.asked).toEqual([]);
});

test.each<ModelErrorKind>(["unavailable", "cancelled"])(
  "repeated failures (%s) open the circuit breaker",
  async (kind) => {
    const { clock, breakers } = breakersAt();
    const down = target("a", kind);
    for (let time = 0; time < 5; time += 1)
      await embed({}, [down], breakers).catch(() => undefined);
    expect(breakers.health("p/a").state).toBe("open");
    const { waitMs } = breakers.health("p/a");
    await expect(embed({}, [down], breakers)).rejects.toMatchObject({
      kind: "unavailable",
      retryAfterMs: waitMs,
    });
    expect(down.asked).toHaveLength(5);
    clock.ms += waitMs;
    expect(await embed({}, [target("a", "embeds")], breakers)).toBe(vectors);
    expect(breakers.health("p/a").state).toBe("closed");
  },
);

test("refused requests do not affect the circuit breaker", async () => {
  const { breakers } = breakersAt();
  const refusing = target("a", "invalid");
  for (let time = 0; time < 30; time += 1)
    await embed({}, [refusing], breakers).catch(() => undefined);
  expect(refusing.asked).toHaveLength(30);
});
