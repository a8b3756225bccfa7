import type { User } from "@vega/contracts";
import { VegaError, audit, users } from "@vega/contracts";
import type { RequestMeta } from "@vega/messaging";
import { expect, test } from "vitest";
import type { Auth } from "./auth.ts";
import { ownerOf, userOfPassword } from "./credentials.ts";
import { createHashQueue } from "./hash-queue.ts";
import { createLoginRecorder } from "./login-recorder.ts";
import { createPasswords } from "./passwords.ts";
import { storeOf } from "./testing/store.ts";
import { createThrottle } from "./throttle.ts";

const LATER = Number.POSITIVE_INFINITY;
const passwords = await createPasswords(4, createHashQueue());
const password_hash = await passwords.hash("correct horse", "ada", LATER);
const AT = "2026-01-31T12:00:00.000Z";
const ada: User = {
  id: "0194c0de-0000-4000-8000-000000000001",
  username: "ada",
  email: null,
  password_hash,
  role: "user",
  disabled: false,
  created_at: AT,
  updated_at: AT,
  password_changed_at: AT,
};
const call: RequestMeta = {
  context: { actor: { id: "anonymous", address: "1.1.1.1" } },
  deadline: LATER,
};

function given(user: User | null) {
  const notes: unknown[] = [];
  const fake = { isDown: false, lookups: 0, compared: 0 };
  const store = storeOf({
    [users.requests.find.subject]: () => {
      fake.lookups += 1;
      if (fake.isDown) throw new VegaError("unavailable", "no reply");
      return { sequence: 1, user };
    },
    [audit.requests.note.subject]: ({ note }: { note: { data: unknown } }) => {
      notes.push(note.data);
      return { sequence: 1 };
    },
  });
  const auth = {
    store,
    passwords: {
      ...passwords,
      matches: (...parts: Parameters<typeof passwords.matches>) => {
        fake.compared += 1;
        return passwords.matches(...parts);
      },
    },
    notes: createLoginRecorder(store, () => 0, { warn: () => undefined } as never),
    throttles: { passwords: createThrottle() },
    elapsed: () => 0,
  } as unknown as Auth;
  const tryWith = (password: string) =>
    userOfPassword(auth, { username: "ada" }, "ada", password, call);
  return { auth, tryWith, notes, fake };
}

test("the correct password returns the account", async () => {
  expect(await given(ada).tryWith("correct horse")).toEqual(ada);
});

test.each([
  ["password", ada, "wrong horse"],
  ["password", { ...ada, password_hash: null }, "correct horse"],
  ["disabled", { ...ada, disabled: true }, "correct horse"],
  ["unknown", null, "correct horse"],
] as const)(
  "refused (%s) with the same error and one hash comparison",
  async (reason, user, password) => {
    const { tryWith, notes, fake } = given(user);
    await expect(tryWith(password)).rejects.toMatchObject({
      code: "unauthorized",
      message: "invalid username or password",
    });
    expect(notes).toEqual([{ user_id: user?.id ?? null, reason, count: 1 }]);
    expect(fake.compared).toBe(1);
  },
);

test("a throttled attempt gets the remaining delay and causes no lookup and no hash", async () => {
  const { tryWith, fake, notes } = given(ada);
  const tries = await Promise.allSettled(Array.from({ length: 50 }, () => tryWith("wrong horse")));
  expect(fake).toMatchObject({ lookups: 5, compared: 5 });
  expect(tries[49]).toMatchObject({ reason: { code: "rate_limited", retryAfterSeconds: 1 } });
  await expect(tryWith("correct horse")).rejects.toMatchObject({ code: "rate_limited" });
  expect(notes).toContainEqual({ user_id: null, reason: "throttled", count: 1 });
});

test("an attempt that failed because state was unavailable does not count", async () => {
  const { tryWith, fake } = given(ada);
  fake.isDown = true;
  for (let n = 0; n < 10; n += 1) {
    await expect(tryWith("correct horse")).rejects.toMatchObject({ code: "unavailable" });
  }
  fake.isDown = false;
  expect(await tryWith("correct horse")).toEqual(ada);
});

test("password confirmations and logins of an account share one throttle", async () => {
  const { auth, tryWith } = given(ada);
  for (let n = 0; n < 5; n += 1) {
    await expect(ownerOf(auth, ada.id, "wrong horse", call)).rejects.toMatchObject({
      code: "unauthorized",
    });
  }
  await expect(tryWith("correct horse")).rejects.toMatchObject({ code: "rate_limited" });
});
