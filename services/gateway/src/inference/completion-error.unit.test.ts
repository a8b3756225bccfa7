import type { ChatFault } from "@vega/contracts";
import { expect, test } from "vitest";
import { CompletionError, toVegaError } from "./completion-error.ts";

const errorOf = (fault: Partial<ChatFault>) =>
  toVegaError(new CompletionError({ kind: "", message: "why", of_model: true, ...fault }));

test.each<[string, string]>([
  ["invalid", "invalid"],
  ["content_filter", "invalid"],
  ["context_too_long", "invalid"],
  ["rate_limited", "rate_limited"],
  ["unavailable", "unavailable"],
  ["timed_out", "unavailable"],
  ["broken_stream", "unavailable"],
  ["cancelled", "unavailable"],
  // The provider refused the key of this server, not that of the caller.
  ["unauthorized", "unavailable"],
  ["what comes next", "unavailable"],
])("failure %s of a model maps to %s", (kind, code) => {
  const error = errorOf({ kind });
  expect(error.code).toBe(code);
  expect(error.message).toBe("why");
});

test.each<[string, string]>([
  ["not_found", "not_found"],
  ["unauthorized", "unauthorized"],
  ["key_reused", "key_reused"],
  ["internal", "internal"],
  ["toString", "internal"],
])("refusal %s of the ai service maps to %s", (kind, code) => {
  expect(errorOf({ kind, of_model: false }).code).toBe(code);
});

test("Retry-After is in whole seconds, at least one", () => {
  const seconds = (kind: string, retry_after_ms?: number) =>
    errorOf({ kind, ...(retry_after_ms !== undefined && { retry_after_ms }) }).retryAfterSeconds;
  expect(seconds("rate_limited", 1_500)).toBe(2);
  expect(seconds("rate_limited", 0)).toBe(1);
  expect(seconds("rate_limited")).toBe(1);
  expect(seconds("unavailable", 4_200)).toBe(5);
  expect(seconds("unavailable")).toBeUndefined();
});

test("a fault becomes an error with its message", () => {
  const fault = { kind: "invalid", message: "why", of_model: true };
  const error = new CompletionError(fault);
  expect(error).toBeInstanceOf(Error);
  expect(error).toMatchObject({ name: "AnswerFault " + fault.kind, message: "why", fault });
});
