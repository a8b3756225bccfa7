import { expect, test } from "vitest";
import { ModelError } from "../../models/language-model.ts";
import type { Dialect } from "./dialect.ts";
import { COMMON_DIALECT, learnDialect, requestBody } from "./dialect.ts";

const user = { role: "user", content: "hi" };
const body = (options: object, dialect: Partial<Dialect> = {}, messages: object[] = [user]) =>
  requestBody("m", messages as never, options as never, { ...COMMON_DIALECT, ...dialect });

test("one limit of completion tokens is sent, under the dialect's name", () => {
  for (const maxTokens of ["max_tokens", "max_completion_tokens"] as const) {
    expect(body({ max_tokens: 5 }, { maxTokens })[maxTokens]).toBe(5);
    const both = body({ max_tokens: 100_000, max_completion_tokens: 1 }, { maxTokens });
    expect([both.max_tokens, both.max_completion_tokens].filter(Boolean)).toEqual([1]);
  }
  expect(Object.keys(body({}))).not.toContain("max_tokens");
});

test("developer messages are system messages where the role is unknown", () => {
  const messages = [{ role: "developer", content: "Be brief." }, user];
  expect(body({}, {}, messages).messages).toEqual([{ role: "system", content: "Be brief." }, user]);
  expect(body({}, { hasDeveloperRole: true }, messages).messages).toEqual(messages);
});

test("refused parameters are left out, and a whole completion is requested where streams are", () => {
  expect(body({ seed: 1, temperature: 0 }, { refused: ["seed", "stream_options"] })).toEqual({
    model: "m",
    messages: [user],
    stream: true,
    temperature: 0,
  });
  expect(body({ stream_options: { x: 1 } }, { streams: false })).toEqual({
    model: "m",
    messages: [user],
    stream: false,
  });
});

const refusal = (message: string, options: object = {}, status = 400) =>
  new ModelError("invalid", message, { status, ...options });
const system = { role: "system", content: "Be brief." };

test.each<[string, ModelError, object, Partial<Dialect> | undefined]>([
  [
    "the other name of the limit, by the parameter",
    refusal("Use 'max_completion_tokens' instead.", {
      code: "unsupported_parameter",
      parameter: "max_tokens",
    }),
    { max_tokens: 5 },
    { maxTokens: "max_completion_tokens" },
  ],
  [
    "the other name of the limit, by the message",
    refusal("Unsupported parameter: 'max_tokens' is not supported with this model."),
    { max_tokens: 5 },
    { maxTokens: "max_completion_tokens" },
  ],
  [
    "a refused option",
    refusal("'temperature' does not support 0.2 with this model."),
    { temperature: 0.2 },
    { refused: ["temperature"] },
  ],
  [
    "a refused option of a validation",
    refusal("body.stream_options: Extra inputs are not permitted", {}, 422),
    {},
    { refused: ["stream_options"] },
  ],
  ["streams", refusal("Streaming is not supported by this model"), {}, { streams: false }],
  [
    "an unknown option",
    refusal("Unrecognized request argument supplied: reasoning_effort"),
    { reasoning_effort: "low" },
    { refused: ["reasoning_effort"] },
  ],
  [
    "nothing of a wrong value",
    refusal("temperature must be at most 2"),
    { temperature: 3 },
    undefined,
  ],
  ["nothing of another option", refusal("Unknown parameter: 'foo'."), {}, undefined],
  [
    "nothing that would change the meaning",
    refusal("response_format is not supported"),
    { response_format: { type: "json_object" } },
    undefined,
  ],
  ["nothing of another status", refusal("seed is not supported", {}, 500), { seed: 1 }, undefined],
])("a refusal teaches %s", (_, error, options, expected) => {
  const learned = learnDialect(error, body(options), COMMON_DIALECT);
  expect(learned).toEqual(expected && { ...COMMON_DIALECT, ...expected });
});

test("a refusal teaches the role and the place of system messages", () => {
  const openAi = { ...COMMON_DIALECT, hasDeveloperRole: true };
  const messages = [{ role: "developer", content: "x" }, user];
  const error = refusal("unknown variant `developer`, expected one of `system`, `user`");
  expect(learnDialect(error, body({}, openAi, messages), openAi)).toEqual(COMMON_DIALECT);
  const place = refusal("System message must be at the beginning.");
  expect(learnDialect(place, body({}, {}, [user, system, user]), COMMON_DIALECT)).toMatchObject({
    systemFirst: true,
  });
  expect(learnDialect(place, body({}, {}, [system, user]), COMMON_DIALECT)).toBeUndefined();
});
