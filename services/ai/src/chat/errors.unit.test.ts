import { VegaError } from "@vega/contracts";
import { expect, test } from "vitest";
import { ModelError } from "../models/language-model.ts";
import { toChatFault } from "./errors.ts";

test("a ModelError has the provider's message and retry time", () => {
  const fault = new ModelError("rate_limited", "slow down", { status: 429, retryAfterMs: 1_500.2 });
  expect(toChatFault(fault)).toEqual({
    kind: "rate_limited",
    message: "slow down",
    of_model: true,
    status: 429,
    retry_after_ms: 1_501,
  });
  expect(toChatFault(new ModelError("cancelled", "the caller went away"))).toEqual({
    kind: "cancelled",
    message: "the caller went away",
    of_model: true,
  });
});

test("a VegaError has the path of the invalid value", () => {
  const details = [
    { path: "messages.0", message: "needs a content" },
    { path: "n", message: "only one" },
  ];
  expect(toChatFault(new VegaError("invalid", "wrong", details))).toEqual({
    kind: "invalid",
    message: "wrong",
    of_model: false,
    param: "messages.0",
  });
  expect(toChatFault(VegaError.rateLimited("too many", 2))).toEqual({
    kind: "rate_limited",
    message: "too many",
    of_model: false,
    retry_after_ms: 2_000,
  });
  expect(toChatFault(new VegaError("not_found", "gone", [{ path: "", message: "gone" }]))).toEqual({
    kind: "not_found",
    message: "gone",
    of_model: false,
  });
});

test.each([new VegaError("internal", "secret"), new Error("secret"), "secret", undefined])(
  "internal errors are not disclosed",
  (error) => {
    expect(toChatFault(error)).toBeUndefined();
  },
);
