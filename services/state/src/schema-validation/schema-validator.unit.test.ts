import type { Json, JsonObject } from "@vega/contracts";
import { afterEach, expect, test } from "vitest";
import type { SchemaValidator } from "./schema-validator.ts";
import { createSchemaValidator } from "./schema-validator.ts";

/* Real worker threads, and schemas that are meant to stop them. */

const account = (n: number) => `~00000000-0000-4000-8000-${String(n).padStart(12, "0")}~notes`;
const HOSTILE = account(1);
const OTHER = account(2);
const INTEGER = { type: "integer" };

/** Each level applies the next one twice. */
function doubling(levels: number): JsonObject {
  const $defs: JsonObject = { [`l${levels}`]: { type: "integer" } };
  for (let level = 0; level < levels; level += 1) {
    const $ref = `#/$defs/l${level + 1}`;
    $defs[`l${level}`] = { allOf: [{ $ref }, { $ref }] };
  }
  return { $defs, $ref: "#/$defs/l0" };
}

function nested(levels: number): JsonObject {
  let schema: JsonObject = { type: "integer" };
  for (let level = 0; level < levels; level += 1) schema = { allOf: [schema] };
  return schema;
}

let exceeded: string[] = [];
let validator: SchemaValidator | undefined;
function newValidator(): SchemaValidator {
  exceeded = [];
  validator = createSchemaValidator({ onExceeded: (_, limit) => exceeded.push(limit) });
  return validator;
}
afterEach(() => validator?.stop());

const put = (schemas: SchemaValidator, namespace: string, schema: JsonObject, ...values: Json[]) =>
  schemas.checkValues(
    namespace,
    schema,
    values.map((value, n) => ({ key: `k${n}`, value })),
  );

test("values are checked; the first fault is reported with its path", async () => {
  const schemas = newValidator();
  const schema = { type: "object", properties: { n: INTEGER }, required: ["n"] };
  expect(await put(schemas, OTHER, schema, { n: 1 }, { n: 2 })).toBeUndefined();
  expect(await put(schemas, OTHER, schema, { n: 1 }, { n: "1" })).toMatchObject({
    code: "invalid",
    message: "the value does not meet the schema of notes",
    details: [{ path: "/k1/n", message: "must be integer" }],
  });
});

test("the objects of the boolean schemas accept every value, and none", async () => {
  const schemas = newValidator();
  expect(await put(schemas, OTHER, {}, 1, "a", null)).toBeUndefined();
  expect(await put(schemas, OTHER, { not: {} }, 1)).toMatchObject({ details: [{ path: "/k0" }] });
});

test("a schema that cannot be compiled is refused", async () => {
  const schemas = newValidator();
  const unusable: JsonObject[] = [
    { type: "nonsense" },
    { $ref: "http://127.0.0.1/x.json" },
    { $schema: "http://json-schema.org/draft-07/schema#" },
    { pattern: "(" },
    { $async: true },
  ];
  for (const schema of unusable) {
    const refusal = await schemas.checkSchema(OTHER, schema);
    expect(refusal, JSON.stringify(schema)).toMatchObject({
      code: "invalid",
      details: [{ path: "/schema" }],
    });
  }
  const $ref = "https://json-schema.org/draft/2020-12/schema";
  expect(await schemas.checkSchema(OTHER, { $schema: $ref, $ref })).toBeUndefined();
});

const AS = `${"a".repeat(40)}!`;
test.each<[string, JsonObject, Json, RegExp]>([
  ["a pattern that backtracks", { pattern: "^(a+)+$" }, AS, /within 100 ms; simplify the schema/],
  ["doubling references", doubling(30), 1, /within 100 ms; simplify the schema/],
  ["a reference to itself", { $ref: "#" }, 1, /could not be checked/],
  ["a dynamic reference to itself", { $dynamicAnchor: "a", $dynamicRef: "#a" }, 1, /checked/],
  ["an asynchronous schema", { $async: true }, 1, /could not be checked/],
  ["a huge enum", { enum: Array.from({ length: 3_000 }, (_, n) => n) }, -1, /does not meet/],
  ["deep nesting", nested(1_500), "x", /./],
])(
  "%s is answered soon, and another account's values meanwhile",
  async (_, schema, value, message) => {
    const schemas = newValidator();
    // The start of the threads takes a second on a busy machine and counts for no job.
    await put(schemas, OTHER, INTEGER, 1);
    let isOver = false;
    const hostile = put(schemas, HOSTILE, schema, value).then((refusal) => {
      isOver = true;
      return refusal;
    });
    let others = 0;
    const from = performance.now();
    do {
      expect(await put(schemas, OTHER, INTEGER, others)).toBeUndefined();
      others += 1;
    } while (!isOver);
    expect(performance.now() - from).toBeLessThan(5_000);
    expect(await hostile).toMatchObject({
      code: "invalid",
      message: expect.stringMatching(message),
    });
  },
);

test("a schema that exceeded the limit is refused without another job; another schema is not", async () => {
  const schemas = newValidator();
  const hostile = { pattern: "^(a+)+$" };
  const refusals = await Promise.all(
    Array.from({ length: 100 }, () => put(schemas, HOSTILE, hostile, AS)),
  );
  expect(exceeded).toEqual(["timeout"]);
  for (const refusal of refusals) expect(refusal?.code).toBe("invalid");
  expect(refusals[0]?.message).toContain("could not be checked against the schema of notes within");
  expect(refusals.at(-1)?.message).toMatch(
    /^nothing was checked: this schema of notes has just exceeded 100 ms .* try again after \d+ s$/,
  );
  expect(await put(schemas, HOSTILE, { pattern: "^a+$" }, "aaa")).toBeUndefined();
});

test("an account with many hostile schemas is stopped, and others do not wait for it", async () => {
  const schemas = newValidator();
  await put(schemas, OTHER, INTEGER, 1);
  const results = Array.from({ length: 50 }, (_, n) =>
    put(schemas, `${HOSTILE}${n}`, { title: `${n}`, pattern: "^(a+)+$" }, AS).then(
      (refusal) => refusal?.code,
      (error: { code: string }) => error.code,
    ),
  );
  let mostMeanwhile = 0;
  let isOver = false;
  const all = Promise.all(results).finally(() => (isOver = true));
  do {
    const before = exceeded.length;
    expect(await put(schemas, OTHER, INTEGER, 1)).toBeUndefined();
    mostMeanwhile = Math.max(mostMeanwhile, exceeded.length - before);
  } while (!isOver);
  expect(new Set(await all)).toEqual(new Set(["invalid", "rate_limited"]));
  expect(exceeded.length).toBeLessThan(20);
  // A time would depend on the machine.
  expect(mostMeanwhile).toBeLessThanOrEqual(1);
});

test("a job whose deadline is over is not run", async () => {
  const schemas = newValidator();
  await expect(schemas.checkSchema(OTHER, INTEGER, Date.now() - 1)).rejects.toMatchObject({
    code: "timeout",
  });
});

test("after a stop nothing is left waiting", async () => {
  const schemas = newValidator();
  const waiting = [put(schemas, OTHER, INTEGER, 1), put(schemas, OTHER, INTEGER, 2)];
  const outcomes = Promise.allSettled(waiting);
  await schemas.stop();
  for (const outcome of await outcomes) expect(outcome.status).toBe("rejected");
  await expect(put(schemas, OTHER, INTEGER, 3)).rejects.toMatchObject({ code: "unavailable" });
});
