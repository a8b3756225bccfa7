import { expect, test } from "vitest";
import { createApiKeys } from "./api-keys.ts";

test("a verified key is cached for a minute, also if the clock was ahead", async () => {
  let now = Date.parse("2026-01-31T12:00:00Z");
  let asked = 0;
  const keys = createApiKeys(
    () => {
      asked += 1;
      const principal = {
        kind: "api_key",
        userId: "ada",
        keyId: "k",
        username: "ada",
        role: "user",
        scopes: ["read"],
      } as const;
      return Promise.resolve({ principal: { ...principal, scopes: ["read"] }, expiresAt: null });
    },
    () => now,
  );
  const findAt = async (time: number) => {
    now = time;
    await keys.find("secret");
    return asked;
  };
  const right = now;
  expect(await findAt(right)).toBe(1);
  expect(await findAt(right + 59_999)).toBe(1);
  expect(await findAt(right + 60_000)).toBe(2);
  expect(await findAt(right + 7_200_000)).toBe(3);
  expect(await findAt(right + 61_000)).toBe(4);
  expect(await findAt(right + 62_000)).toBe(4);
});
