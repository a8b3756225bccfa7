import bcrypt from "bcrypt";
import { expect, test } from "vitest";
import { createHashQueue } from "./hash-queue.ts";
import { createPasswords, passwordFault } from "./passwords.ts";

const LATER = Number.POSITIVE_INFINITY;
const COST = 4;
const passwords = await createPasswords(COST, createHashQueue());

test.each([
  ["seven77", "at least 8 characters"],
  ["🂡🂡🂡🂡🂡🂡🂡", "at least 8 characters"],
  ["x".repeat(73), "more than 72 bytes"],
  ["ä".repeat(37), "more than 72 bytes"],
  ["long\0enough", "NUL"],
  ["Ada-Lovelace", "is the username"],
  ["password1", "most common"],
  ["PassWord123", "most common"],
])("the policy rejects %j", async (password, fault) => {
  expect(await passwordFault(password, "ada-lovelace")).toContain(fault);
  await expect(passwords.hash(password, "ada-lovelace", LATER)).rejects.toMatchObject({
    code: "invalid",
    details: [{ path: "/password" }],
  });
});

test.each(["correct horse battery", "ä".repeat(36), "x".repeat(72), "🂡🂢🂣🂤🂥🂦🂧🂨"])(
  "the policy accepts %j",
  async (password) => {
    const hash = await passwords.hash(password, "ada", LATER);
    expect(bcrypt.getRounds(hash)).toBe(COST);
    expect(await passwords.matches(password, hash, LATER)).toBe(true);
    expect(await passwords.matches(`${password.slice(0, -2)}!`, hash, LATER)).toBe(false);
  },
);

test("a password that bcrypt would truncate does not match", async () => {
  const long = await passwords.hash("x".repeat(72), "ada", LATER);
  expect(await bcrypt.compare(`${"x".repeat(72)}y`, long)).toBe(true);
  expect(await passwords.matches(`${"x".repeat(72)}y`, long, LATER)).toBe(false);
  const short = await passwords.hash("correct horse", "ada", LATER);
  expect(await passwords.matches("correct horse\0y", short, LATER)).toBe(false);
});

test("no password matches without a hash or with a malformed one", async () => {
  expect(await passwords.matches("correct horse", null, LATER)).toBe(false);
  expect(await passwords.matches("correct horse", "no hash at all", LATER)).toBe(false);
});

test("the check takes as long for an unknown account as for a wrong password", async () => {
  const slow = await createPasswords(8, createHashQueue());
  const hash = await slow.hash("correct horse", "ada", LATER);
  const times = { known: [] as number[], unknown: [] as number[] };
  for (let n = 0; n < 10; n += 1) {
    for (const [kind, of] of [
      ["known", hash],
      ["unknown", null],
    ] as const) {
      const start = performance.now();
      await slow.matches("wrong horse", of, LATER);
      times[kind].push(performance.now() - start);
    }
  }
  // The minimum, since load only adds time: about 13 ms with a comparison, microseconds without.
  const [known, unknown] = [Math.min(...times.known), Math.min(...times.unknown)];
  expect(unknown).toBeGreaterThan(known / 2);
  expect(unknown).toBeLessThan(known * 2);
});
