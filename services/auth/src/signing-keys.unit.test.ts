import { ACCESS_AUDIENCE } from "@vega/contracts";
import jwt from "jsonwebtoken";
import { createPublicKey, randomBytes } from "node:crypto";
import { expect, test, vi } from "vitest";
import { seal, unseal } from "./sealing.ts";
import { createSigningKeys } from "./signing-keys.ts";
import { keyShelf, storeOf } from "./testing/store.ts";
import { signToken } from "./tokens.ts";

const SECRET = "one secret of thirty-two letters";
const OTHER = "another secret of 32 characters.";
const HOUR = 3_600_000;
const DAY = 24 * HOUR;
const user = { id: "0194c0de-0000-4000-8000-000000000001", username: "ada", role: "user" } as const;
const session = { id: user.id, expires_at: "2027-01-01T00:00:00.000Z" };

function given() {
  const clock = { now: Date.parse("2026-01-31T12:00:00Z") };
  const { shelf, store } = keyShelf(() => clock.now);
  const errors: string[] = [];
  const log = {
    info: () => undefined,
    warn: () => undefined,
    error: (_details: object, text: string) => errors.push(text),
  };
  const replica = (secret = SECRET) =>
    createSigningKeys({ store, secret, days: 30, now: () => clock.now, log: log as never });
  return { clock, shelf, errors, replica };
}

test("a sealed key is decrypted only with the same secret and id", () => {
  const plain = randomBytes(138);
  const text = seal(plain, SECRET, "kid");
  expect(unseal(text, SECRET, "kid")).toEqual(plain);
  expect(seal(plain, SECRET, "kid")).not.toBe(text);
  expect(unseal(text, OTHER, "kid")).toBeUndefined();
  expect(unseal(text, SECRET, "kid2")).toBeUndefined();
  for (const part of [1, 2, 3, 4]) {
    const parts = text.split(".");
    const bytes = Buffer.from(parts[part] ?? "", "base64url");
    bytes[0] = (bytes[0] ?? 0) ^ 1;
    parts[part] = bytes.toString("base64url");
    expect(unseal(parts.join("."), SECRET, "kid")).toBeUndefined();
  }
  const truncatedTag = text.split(".").with(3, "AAAA").join(".");
  for (const other of ["", "v1", "v2.a.b.c.d", text.replace("v1", "v2"), truncatedTag]) {
    expect(unseal(other, SECRET, "kid")).toBeUndefined();
  }
});

test("the first start creates a key; its tokens verify with the public keys", async () => {
  const { clock, shelf, replica } = given();
  const keys = replica();
  expect(() => keys.signer()).toThrow(expect.objectContaining({ code: "unavailable" }));
  await keys.check();
  expect(shelf.keys).toHaveLength(1);
  const { token } = signToken(keys.signer(), ACCESS_AUDIENCE, user, session, clock.now);
  const [jwk] = (await keys.publicKeys()).keys;
  expect(jwt.decode(token, { complete: true })?.header.kid).toBe(jwk?.kid);
  const key = createPublicKey({ key: jwk ?? {}, format: "jwk" });
  const options = { algorithms: ["ES256" as const], clockTimestamp: clock.now / 1_000 };
  expect(jwt.verify(token, key, options)).toMatchObject({ sub: user.id });
  expect(JSON.stringify(shelf.keys)).not.toContain('"d"');
});

test("two replicas that start or rotate at once create one key", async () => {
  const { clock, shelf, replica } = given();
  const [one, two] = [replica(), replica()];
  await Promise.all([one.check(), two.check(), one.check()]);
  expect(shelf.keys).toHaveLength(1);
  expect(one.signer().kid).toBe(two.signer().kid);
  clock.now += 30 * DAY;
  await Promise.all([one.check(), two.check()]);
  expect(shelf.added).toBe(2);
  expect(one.signer().kid).toBe(two.signer().kid);
  expect(one.signer().kid).toBe(shelf.keys[0]?.kid);
});

test("an old key is published until its last token expired, and removed later", async () => {
  const { clock, shelf, replica } = given();
  const keys = replica();
  await keys.check();
  const first = keys.signer().kid;
  clock.now += 29 * DAY;
  await keys.check();
  expect(keys.signer().kid).toBe(first);
  clock.now += DAY;
  await keys.check();
  const second = keys.signer().kid;
  expect(second).not.toBe(first);
  const served = async () => (await keys.publicKeys()).keys.map(({ kid }) => kid);
  clock.now += 25 * HOUR;
  expect(await served()).toEqual([second, first]);
  clock.now += 2 * HOUR;
  expect(await served()).toEqual([second]);
  clock.now += 30 * DAY;
  await keys.check();
  expect(shelf.keys.map(({ kid }) => kid)).toEqual([keys.signer().kid, second]);
});

test("a replica without ticks reads a new key when it uses its own", async () => {
  const { clock, replica } = given();
  const [one, two] = [replica(), replica()];
  await one.check();
  await two.check();
  clock.now += 30 * DAY;
  await one.check();
  two.signer();
  await two.check();
  expect(two.signer().kid).toBe(one.signer().kid);
});

test("keys that were read while the clock was ahead are read again after the correction", async () => {
  const { clock, replica } = given();
  const [one, two] = [replica(), replica()];
  await one.check();
  clock.now += 29 * DAY;
  await two.check();
  clock.now -= 28 * DAY;
  // Another replica creates a key meanwhile.
  const strange = replica(OTHER);
  await strange.check();
  const before = two.signer().kid;
  clock.now += 2 * HOUR;
  await vi.waitFor(() => expect(two.signer().kid).not.toBe(before));
});

test("after a change of VEGA_SECRET an error is logged, a new key signs and the old one still verifies", async () => {
  const { errors, shelf, replica } = given();
  const before = replica();
  await before.check();
  const old = before.signer().kid;
  const after = replica(OTHER);
  await after.check();
  await after.check();
  expect(errors).toHaveLength(1);
  expect(errors[0]).toContain("VEGA_SECRET");
  expect(after.signer().kid).not.toBe(old);
  expect((await after.publicKeys()).keys.map(({ kid }) => kid)).toEqual([after.signer().kid, old]);
  expect(shelf.keys).toHaveLength(2);
});

test("replicas with different secrets do not create keys in turn without end", async () => {
  const { clock, shelf, replica } = given();
  const [one, two] = [replica(), replica(OTHER)];
  for (let minute = 0; minute < 60; minute += 1) {
    await one.check();
    await two.check();
    clock.now += 60_000;
  }
  expect(shelf.added).toBeLessThanOrEqual(3);
});

test("a check fails while state is unavailable, and a later one succeeds", async () => {
  const { clock } = given();
  let isDown = true;
  const { store: there } = keyShelf(() => clock.now);
  const none = storeOf({});
  const keys = createSigningKeys({
    store: {
      lastSequence: () => 0,
      request: (contract, input, context) =>
        (isDown ? none : there).request(contract, input, context),
    },
    secret: SECRET,
    days: 30,
    now: () => clock.now,
    log: { info: () => undefined } as never,
  });
  await expect(keys.check()).rejects.toMatchObject({ code: "unavailable" });
  isDown = false;
  await keys.check();
  expect(keys.signer().kid).toBeTruthy();
});
