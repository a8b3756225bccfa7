import type { JsonObject } from "@vega/contracts";
import { createMessageAccumulator } from "@vega/contracts";
import { describe, expect, test } from "vitest";
import { createToolCallNormalizer } from "./normalizer.ts";

/** Output for lists of `tool_calls`, one delta each. */
function sentFor(...lists: JsonObject[][]) {
  let made = 0;
  const normalizer = createToolCallNormalizer(() => `made-${(made += 1)}`);
  const deltas = lists.map((tool_calls) => normalizer.normalize({ tool_calls }));
  const answer = createMessageAccumulator();
  for (const delta of deltas) if (delta) answer.add(delta);
  const pieces = deltas.flatMap((delta) => (delta?.tool_calls ?? []) as JsonObject[]);
  return { pieces, calls: answer.toolCalls(), normalizer };
}

const BERN = '{"city":"Bern"}';
const ROME = '{"city":"Rome"}';
/** A piece with the given labels. */
const piece = (labels: JsonObject, args: unknown, name?: string): JsonObject => ({
  ...labels,
  function: { ...(name !== undefined && { name }), arguments: args as string },
});
const call = (id: string, args: string, name = "weather") => ({
  id,
  type: "function",
  function: { name, arguments: args },
});
const TWO = [call("a", BERN), call("b", ROME)];
const MADE = [call("made-1", BERN), call("made-2", ROME)];

test.each<[string, JsonObject[][], JsonObject[]]>([
  [
    "both with index 0, whole",
    [
      [piece({ index: 0, id: "a" }, BERN, "weather")],
      [piece({ index: 0, id: "b" }, ROME, "weather")],
    ],
    TWO,
  ],
  [
    "both with index 0, in fragments without an id",
    [
      [piece({ index: 0, id: "a" }, "", "weather")],
      [piece({ index: 0 }, '{"city":')],
      [piece({ index: 0 }, '"Bern"}')],
      [piece({ index: 0, id: "b" }, "", "weather")],
      [piece({ index: 0, id: "" }, '{"city":')],
      [piece({ index: 0, id: null }, '"Rome"}')],
    ],
    TWO,
  ],
  [
    "both with index 0, interleaved by id",
    [
      [piece({ index: 0, id: "a" }, "", "weather"), piece({ index: 0, id: "b" }, "", "weather")],
      [piece({ index: 0, id: "a" }, '{"city":'), piece({ index: 0, id: "b" }, '{"city":')],
      [piece({ index: 0, id: "b" }, '"Rome"}'), piece({ index: 0, id: "a" }, '"Bern"}')],
    ],
    TWO,
  ],
  [
    "a known id under another index, or under none",
    [
      [piece({ index: 0, id: "a" }, "", "weather"), piece({ index: 1, id: "b" }, "", "weather")],
      [piece({ index: 7, id: "a" }, '{"city":'), piece({ id: "b" }, '{"city":')],
      [piece({ index: 1, id: "a" }, '"Bern"}'), piece({ index: 0, id: "b" }, '"Rome"}')],
    ],
    TWO,
  ],
  [
    "no index: an id with whole calls",
    [[piece({ id: "a" }, BERN, "weather")], [piece({ id: "b" }, ROME, "weather")]],
    TWO,
  ],
  [
    "no index: an id in the first piece, then no label",
    [
      [piece({ id: "a" }, '{"city":', "weather")],
      [piece({}, '"Bern"}')],
      [piece({ id: "b" }, "", "weather")],
      [piece({}, ROME)],
    ],
    TWO,
  ],
  [
    "no index at the opening, and one behind it",
    [
      [piece({ id: "a" }, "", "weather"), piece({ id: "b" }, "", "weather")],
      [piece({ index: 1 }, ROME), piece({ index: 0 }, BERN)],
    ],
    TWO,
  ],
  [
    "no id",
    [
      [piece({ index: 0 }, "", "weather"), piece({ index: 1, id: "" }, "", "weather")],
      [piece({ index: 1 }, '{"city":'), piece({ index: 0 }, BERN)],
      [piece({ index: 1 }, '"Rome"}')],
    ],
    MADE,
  ],
  [
    "no id, all with index 0",
    [[piece({ index: 0 }, BERN, "weather")], [piece({ index: 0, id: "" }, ROME, "weather")]],
    MADE,
  ],
  [
    "no id, all with index 0, in fragments",
    [
      [piece({ index: 0 }, "", "weather")],
      [piece({ index: 0 }, BERN)],
      [piece({ index: 0 }, "", "weather")],
      [piece({ index: 0 }, ROME)],
    ],
    MADE,
  ],
  [
    "no label, whole in one list",
    [[piece({}, { city: "Bern" }, "weather"), piece({}, { city: "Rome" }, "weather")]],
    MADE,
  ],
  [
    "no label, in fragments",
    [
      [piece({}, "", "weather")],
      [piece({}, '{"city":')],
      [piece({}, '"Bern"}')],
      [piece({}, ROME, "weather")],
    ],
    MADE,
  ],
  [
    "one id for all",
    [
      [piece({ index: 0, id: "x" }, BERN, "weather")],
      [piece({ index: 1, id: "x" }, ROME, "weather")],
    ],
    [call("x", BERN), call("made-1", ROME)],
  ],
  [
    "one id and one index for all",
    [
      [piece({ index: 0, id: "x" }, '{"city":', "weather")],
      [piece({ index: 0 }, '"Bern"}')],
      [piece({ index: 0, id: "x" }, '{"city":', "weather")],
      [piece({ index: 0 }, '"Rome"}')],
    ],
    [call("x", BERN), call("made-1", ROME)],
  ],
  [
    "a new id for each piece",
    [
      [piece({ index: 0, id: "a" }, "", "weather")],
      [piece({ index: 0, id: "r1" }, '{"city":')],
      [piece({ index: 0, id: "r2" }, '"Bern"}')],
      [piece({ index: 1, id: "b" }, "", "weather")],
      [piece({ index: 1, id: "r3" }, '{"city":')],
      [piece({ index: 1, id: "r4" }, '"Rome"}', "weather")],
    ],
    TWO,
  ],
  [
    "id and name with every piece, and the whole once more",
    [
      [piece({ index: 0, id: "a" }, '{"city":', "weather")],
      [piece({ index: 0, id: "a" }, '"Bern"}', "weather")],
      [piece({ index: 0, id: "a" }, "", "weather")],
      [piece({ index: 0, id: "a" }, BERN, "weather")],
      [piece({ index: 1, id: "b" }, ROME, "weather")],
    ],
    TWO,
  ],
  [
    "an id that is a number",
    [[piece({ index: 0, id: 7 }, BERN, "weather")], [piece({ index: 0, id: 7 }, "")]],
    [call("7", BERN)],
  ],
  [
    "a name that comes behind the id and the first arguments",
    [
      [piece({ index: 0, id: "a", type: "function" }, '{"city":')],
      [piece({ index: 0 }, '"Bern"}', "weather")],
      [piece({ index: 0, id: "b" }, ROME, "weather")],
    ],
    TWO,
  ],
  [
    "an id that comes behind the name",
    [
      [piece({ index: 0 }, "", "weather")],
      [piece({ index: 0, id: "late" }, '{"city":')],
      [piece({ id: "late" }, '"Bern"}')],
    ],
    [call("made-1", BERN)],
  ],
])("labels of providers: %s", (_, lists, calls) => {
  const sent = sentFor(...lists);
  expect(sent.calls).toEqual(calls);
  expect(sent.normalizer.hasNameless()).toBe(false);
  const firsts = sent.pieces.filter(({ id }) => id !== undefined);
  expect(firsts.map(({ index }) => index)).toEqual(calls.map((__, at) => at));
  for (const rest of sent.pieces.filter((one) => !firsts.includes(one))) {
    expect(Object.keys(rest)).toEqual(["index", "function"]);
    expect(Object.keys(rest.function as object)).toEqual(["arguments"]);
  }
});

test("OpenAI's deltas are unchanged", () => {
  const lists = [
    [{ index: 0, ...call("a", "") }],
    [piece({ index: 0 }, '{"city":')],
    [piece({ index: 0 }, '"Bern"}')],
    [{ index: 1, ...call("b", "", "timing") }],
    [piece({ index: 1 }, "{}")],
  ];
  expect(sentFor(...lists).pieces).toEqual(lists.flat());
});

describe("members beyond OpenAI's", () => {
  const extra_content = { google: { thought_signature: "s" } };

  test("are forwarded once, of the call and of its function", () => {
    const first = {
      index: 0,
      id: "a",
      extra_content,
      function: { name: "f", arguments: "", x: 1 },
    };
    const again = { index: 0, extra_content, function: { arguments: "{}", x: 1 } };
    const later = { index: 0, seen: true, nothing: null };
    expect(sentFor([first], [again], [later]).pieces).toEqual([
      { ...first, type: "function" },
      { index: 0, function: { arguments: "{}" } },
      { index: 0, seen: true },
    ]);
  });

  test("wait for the name, as the call does", () => {
    const { calls } = sentFor(
      [{ index: 0, id: "a", extra_content }],
      [piece({ index: 0 }, "{}", "f")],
    );
    expect(calls).toEqual([{ ...call("a", "{}", "f"), extra_content }]);
  });
});

test("the input of a custom tool is arbitrary text", () => {
  const custom = { name: "run", input: "{}" };
  const { calls } = sentFor(
    [{ index: 0, id: "a", type: "custom", custom }],
    [{ index: 0, custom: { input: "{}" } }],
    [{ index: 0, id: "b", type: "custom", custom }],
  );
  expect(calls).toEqual([
    { id: "a", type: "custom", custom: { name: "run", input: "{}{}" } },
    { id: "b", type: "custom", custom },
  ]);
});

test("brackets and quotes in strings do not end the arguments", () => {
  const args = String.raw`{"a":"}\"}]","b":[{}]}`;
  const pieces = args.split("").map((text) => [piece({ index: 0, id: "" }, text, "f")]);
  expect(sentFor(...pieces).calls).toEqual([call("made-1", args, "f")]);
});

test("arguments without a name are held back", () => {
  expect(sentFor([piece({ index: 0, id: "a" }, "{}")])).toMatchObject({ pieces: [], calls: [] });
  expect(sentFor([piece({ index: 0, id: "a" }, "{}")]).normalizer.hasNameless()).toBe(true);
  expect(sentFor([piece({ index: 0, id: "a" }, "")]).normalizer.hasNameless()).toBe(false);
});

test("other members of a delta are unchanged", () => {
  const { normalizer } = sentFor();
  const deltas: JsonObject[] = [{ content: "x" }, { tool_calls: null }, { tool_calls: [] }, {}];
  for (const delta of deltas) {
    expect(normalizer.normalize(delta)).toBe(delta);
  }
  const odd = JSON.parse('[null, 3, "x", {"__proto__":{"polluted":1}}]') as JsonObject[];
  expect(normalizer.normalize({ content: "x", tool_calls: odd })).toEqual({ content: "x" });
  expect(normalizer.normalize({ tool_calls: odd })).toBeUndefined();
});
