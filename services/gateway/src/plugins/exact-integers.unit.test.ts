import fc from "fast-check";
import { expect, test } from "vitest";
import { findInexactInteger } from "./exact-integers.ts";

const LOST = "9007199254740993";

test.each([
  [LOST, 0, undefined],
  [`-${LOST}`, 0, undefined],
  [`[1, ${LOST}]`, 4, undefined],
  [`{"value":${LOST}}`, 9, "value"],
  [`{"a":{"b\\"c" : -${LOST}}}`, 15, 'b"c'],
  [`{"a":"x","b":[${LOST}]}`, 14, undefined],
  [`["\\\\",${LOST}]`, 6, undefined],
  ["[12345678901234567890123]", 1, undefined],
  [`{"fine":9007199254740992,"not":${LOST}}`, 31, "not"],
])("%s loses digits", (json, position, member) => {
  JSON.parse(json);
  expect(findInexactInteger(json)).toEqual({ position, member });
});

test.each([
  "9007199254740992",
  "-9007199254740991",
  "1000000000000000000000",
  "0.12345678901234567890",
  "3.14159265358979323846e5",
  "12345678901234567890.5",
  "12345678901234567890e-3",
  "1e00000000000000000001",
  "1e-00000000000000000001",
  `"${LOST}"`,
  `{"${LOST}":"\\"${LOST}"}`,
  `["\\\\\\"${LOST}"]`,
  `["a","b: ${LOST}, ","c"]`,
])("%s is accepted", (json) => {
  JSON.parse(json);
  expect(findInexactInteger(json)).toBeUndefined();
});

/** JSON of any integers and of strings that look like them. */
const anyJson = fc.letrec<{ value: string }>((tie) => ({
  value: fc.oneof(
    { depthSize: "small" },
    fc.bigInt({ min: -(10n ** 20n), max: 10n ** 20n }).map(String),
    fc.string({ unit: fc.constantFrom('"', "\\", ":", LOST, " ") }).map((s) => JSON.stringify(s)),
    fc.array(tie("value")).map((items) => `[${items.join(",")}]`),
    fc
      .uniqueArray(fc.tuple(fc.string({ unit: fc.constantFrom('"', "\\", "a") }), tie("value")), {
        selector: ([key]) => key,
      })
      .map((members) => `{${members.map(([k, v]) => `${JSON.stringify(k)}:${v}`).join(",")}}`),
  ),
})).value;

test("agrees with a parser that keeps the source text of numbers", () => {
  fc.assert(
    fc.property(anyJson, (json) => {
      let lost = false;
      const reviver = (_key: string, value: unknown, context?: { source?: string }) => {
        if (typeof value === "number") lost ||= BigInt(context?.source ?? 0) !== BigInt(value);
        return value;
      };
      JSON.parse(json, reviver);
      expect(findInexactInteger(json) !== undefined).toBe(lost);
    }),
    { numRuns: 1_000 },
  );
});
