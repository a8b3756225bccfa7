import type { JsonObject } from "@vega/contracts";
import { VegaError } from "@vega/contracts";
import { expect, test } from "vitest";
import { documentRef, put as storeDocument } from "../../store/document-ref.ts";
import type { SchemaCheck } from "./commands.ts";
import {
  decideConfigureMemory,
  decideDeleteMemory,
  exceedsLimits,
  isExpired,
  decidePutMemory,
  SchemaChangedError,
  decideSweepMemory,
} from "./commands.ts";
import { given, NOW } from "../../log/decision-testing.ts";

const LIMITS = { valueBytes: 20, keys: 3, namespaceBytes: 40, schemaBytes: 200 };
const EARLIER = "2026-01-31T11:59:59.999Z";
const LATER = "2026-01-31T12:00:00.001Z";

/** A namespace with values of these sizes. */
const holding = (
  keys: Record<string, { bytes: number; expires_at: string | null }>,
  schema: JsonObject | null = null,
) =>
  given({
    documents: [
      ...(schema
        ? [
            storeDocument(documentRef("memory_namespaces", "default"), {
              namespace: "default",
              schema,
            }),
          ]
        : []),
      ...Object.entries(keys).map(([key, size]) =>
        storeDocument(documentRef("memory", `default/${key}`), {
          namespace: "default",
          key,
          value: null,
          updated_at: NOW,
          ...size,
        }),
      ),
    ],
  });

const put = (...values: Parameters<typeof decidePutMemory>[1]) =>
  decidePutMemory("default", values, LIMITS);

test("a value is remembered with its size and its end", () => {
  const { result } = holding({})
    .when(put({ key: "k", value: "Æ", ttl_seconds: 1.5 }))
    .accepted();
  expect(result).toEqual([
    {
      namespace: "default",
      key: "k",
      value: "Æ",
      bytes: 4,
      expires_at: "2026-01-31T12:00:01.500Z",
      updated_at: NOW,
    },
  ]);
});

test("a value has expired from its expiry time on", () => {
  expect(isExpired({ expires_at: EARLIER }, NOW)).toBe(true);
  expect(isExpired({ expires_at: NOW }, NOW)).toBe(true);
  expect(isExpired({ expires_at: LATER }, NOW)).toBe(false);
  expect(isExpired({ expires_at: null }, NOW)).toBe(false);
});

test("a value over its limit is refused", () => {
  const error = holding({})
    .when(put({ key: "k", value: "x".repeat(19) }))
    .refused();
  expect(error.code).toBe("too_large");
  expect(error.details).toEqual([{ path: "/k", message: "has 21 bytes as JSON" }]);
});

test("a namespace has a limited number of keys; expired and replaced ones do not count", () => {
  const full = { a: { bytes: 1, expires_at: null }, b: { bytes: 1, expires_at: LATER } };
  expect(
    holding(full)
      .when(put({ key: "c", value: 1 }))
      .accepted().events,
  ).toHaveLength(1);
  const fuller = { ...full, c: { bytes: 1, expires_at: null } };
  holding(fuller)
    .when(put({ key: "d", value: 1 }))
    .thenError("limit_exceeded");
  expect(
    holding(fuller)
      .when(put({ key: "c", value: 2 }))
      .accepted().events,
  ).toHaveLength(1);
  const expired = { ...full, c: { bytes: 1, expires_at: NOW } };
  expect(
    holding(expired)
      .when(put({ key: "d", value: 1 }))
      .accepted().events,
  ).toHaveLength(1);
});

test("a namespace has a limited number of bytes", () => {
  const before = holding({
    a: { bytes: 20, expires_at: null },
    b: { bytes: 15, expires_at: null },
  });
  before.when(put({ key: "c", value: "12345" })).thenError("limit_exceeded");
  expect(before.when(put({ key: "c", value: "123" })).accepted().events).toHaveLength(1);
});

test("values are put all or none", () => {
  const error = holding({})
    .when(put({ key: "a", value: 1 }, { key: "b", value: "x".repeat(30) }))
    .refused();
  expect(error.code).toBe("too_large");
});

test("values are put with a check against the schema in force alone", () => {
  const schema = { type: "object" };
  const command = (check?: SchemaCheck) =>
    decidePutMemory("default", [{ key: "k", value: 1 }], LIMITS, check);
  const passed = { schema: { ...schema }, refusal: undefined };
  expect(holding({}, schema).when(command(passed)).accepted().events).toHaveLength(1);
  const refusal = new VegaError("invalid", "no object");
  expect(holding({}, schema).when(command({ schema, refusal })).refused()).toBe(refusal);
  // Another schema came in between, or the check found none: whatever it found does not count.
  for (const check of [{ schema: {}, refusal }, { schema: {}, refusal: undefined }, undefined]) {
    const error = holding({}, schema).when(command(check)).refused();
    expect(error).toBeInstanceOf(SchemaChangedError);
    expect(error).toMatchObject({ schema });
  }
  expect(holding({}, null).when(command({ schema, refusal })).accepted().events).toHaveLength(1);
});

test("limits are checked before the schema, so that no value over a limit needs a validation", () => {
  for (const [value, code] of [
    ["x".repeat(19), "too_large"],
    ["x".repeat(10), "limit_exceeded"],
  ] as const) {
    const values = ["a", "b", "c", "d"].map((key) => ({ key, value }));
    expect(exceedsLimits(values, LIMITS)).toBe(true);
    holding({}, { type: "object" })
      .when(put(...values))
      .thenError(code);
  }
  expect(exceedsLimits([{ key: "a", value: 1 }], LIMITS)).toBe(false);
});

test("a schema that is there already is no event", () => {
  const before = holding({}, { type: "object" });
  before.when(decideConfigureMemory("default", { type: "object" })).thenEvents([]);
  expect(before.when(decideConfigureMemory("default", {})).accepted().events).toHaveLength(1);
  expect(before.when(decideConfigureMemory("default", null)).accepted().events).toHaveLength(1);
});

test("a missing or expired value can't be deleted", () => {
  holding({}).when(decideDeleteMemory("default", "k")).thenError("not_found");
  const expired = holding({ k: { bytes: 1, expires_at: NOW } });
  expired.when(decideDeleteMemory("default", "k")).thenError("not_found");
});

test("a sweep removes only what is expired still", () => {
  const before = holding({
    old: { bytes: 1, expires_at: NOW },
    renewed: { bytes: 1, expires_at: LATER },
  });
  const proposed = ["old", "renewed", "gone"].map((key) => ({ namespace: "default", key }));
  before
    .when(decideSweepMemory(proposed))
    .thenEvents([{ data: { namespace: "default", key: "old", reason: "expired" } }]);
});
