import { VegaError } from "@vega/contracts";
import { expect, test } from "vitest";
import type { MemoryIndex } from "../../log/decision.ts";
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
import { accepted, NOW, refused, viewOf } from "../../log/decision-testing.ts";

const LIMITS = { valueBytes: 20, keys: 3, namespaceBytes: 40, schemaBytes: 200 };
const EARLIER = "2026-01-31T11:59:59.999Z";
const LATER = "2026-01-31T12:00:00.001Z";

const holding = (
  keys: Record<string, { bytes: number; expires_at: string | null }>,
  schema: MemoryIndex["schema"] = null,
) => viewOf(undefined, { default: { schema, keys: new Map(Object.entries(keys)) } });

const put = (...values: Parameters<typeof decidePutMemory>[1]) =>
  decidePutMemory("default", values, LIMITS);

test("a value is remembered with its size and its end", () => {
  const { result } = accepted(put({ key: "k", value: "Æ", ttl_seconds: 1.5 }), holding({}));
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

test("what has expired is expired from that moment on", () => {
  expect(isExpired({ expires_at: EARLIER }, NOW)).toBe(true);
  expect(isExpired({ expires_at: NOW }, NOW)).toBe(true);
  expect(isExpired({ expires_at: LATER }, NOW)).toBe(false);
  expect(isExpired({ expires_at: null }, NOW)).toBe(false);
});

test("a value over its limit is refused", () => {
  const error = refused(put({ key: "k", value: "x".repeat(19) }), holding({}));
  expect(error.code).toBe("too_large");
  expect(error.details).toEqual([{ path: "/k", message: "has 21 bytes as JSON" }]);
});

test("a namespace has a limited number of keys; expired and replaced ones do not count", () => {
  const full = { a: { bytes: 1, expires_at: null }, b: { bytes: 1, expires_at: LATER } };
  expect(accepted(put({ key: "c", value: 1 }), holding(full)).events).toHaveLength(1);
  const fuller = { ...full, c: { bytes: 1, expires_at: null } };
  expect(refused(put({ key: "d", value: 1 }), holding(fuller)).code).toBe("limit_exceeded");
  expect(accepted(put({ key: "c", value: 2 }), holding(fuller)).events).toHaveLength(1);
  const expired = { ...full, c: { bytes: 1, expires_at: NOW } };
  expect(accepted(put({ key: "d", value: 1 }), holding(expired)).events).toHaveLength(1);
});

test("a namespace has a limited number of bytes", () => {
  const view = holding({ a: { bytes: 20, expires_at: null }, b: { bytes: 15, expires_at: null } });
  expect(refused(put({ key: "c", value: "12345" }), view).code).toBe("limit_exceeded");
  expect(accepted(put({ key: "c", value: "123" }), view).events).toHaveLength(1);
});

test("values are put all or none", () => {
  const error = refused(
    put({ key: "a", value: 1 }, { key: "b", value: "x".repeat(30) }),
    holding({}),
  );
  expect(error.code).toBe("too_large");
});

test("values are put with a check against the schema in force alone", () => {
  const schema = { type: "object" };
  const command = (check?: SchemaCheck) =>
    decidePutMemory("default", [{ key: "k", value: 1 }], LIMITS, check);
  const passed = { schema: { ...schema }, refusal: undefined };
  expect(accepted(command(passed), holding({}, schema)).events).toHaveLength(1);
  const refusal = new VegaError("invalid", "no object");
  expect(refused(command({ schema, refusal }), holding({}, schema))).toBe(refusal);
  // Another schema came in between, or the check found none: whatever it found does not count.
  for (const check of [{ schema: {}, refusal }, { schema: {}, refusal: undefined }, undefined]) {
    const error = refused(command(check), holding({}, schema));
    expect(error).toBeInstanceOf(SchemaChangedError);
    expect(error).toMatchObject({ schema });
  }
  expect(accepted(command({ schema, refusal }), holding({}, null)).events).toHaveLength(1);
});

test("limits are checked before the schema, so that no value over a limit needs a validation", () => {
  for (const [value, code] of [
    ["x".repeat(19), "too_large"],
    ["x".repeat(10), "limit_exceeded"],
  ] as const) {
    const values = ["a", "b", "c", "d"].map((key) => ({ key, value }));
    expect(exceedsLimits(values, LIMITS)).toBe(true);
    expect(refused(put(...values), holding({}, { type: "object" })).code).toBe(code);
  }
  expect(exceedsLimits([{ key: "a", value: 1 }], LIMITS)).toBe(false);
});

test("a schema that is there already is no event", () => {
  const view = holding({}, { type: "object" });
  expect(accepted(decideConfigureMemory("default", { type: "object" }), view).events).toEqual([]);
  expect(accepted(decideConfigureMemory("default", {}), view).events).toHaveLength(1);
  expect(accepted(decideConfigureMemory("default", null), view).events).toHaveLength(1);
});

test("what is not there, or no longer, can't be deleted", () => {
  expect(refused(decideDeleteMemory("default", "k"), holding({})).code).toBe("not_found");
  const expired = holding({ k: { bytes: 1, expires_at: NOW } });
  expect(refused(decideDeleteMemory("default", "k"), expired).code).toBe("not_found");
});

test("a sweep removes only what is expired still", () => {
  const view = holding({
    old: { bytes: 1, expires_at: NOW },
    renewed: { bytes: 1, expires_at: LATER },
  });
  const proposed = ["old", "renewed", "gone"].map((key) => ({ namespace: "default", key }));
  const { events } = accepted(decideSweepMemory(proposed), view);
  expect(events.map(({ data }) => data)).toEqual([
    { namespace: "default", key: "old", reason: "expired" },
  ]);
});
