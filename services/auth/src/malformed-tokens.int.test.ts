import type { RequestContract } from "@vega/contracts";
import { VegaError, apiKeys, sessions, users } from "@vega/contracts";
import { request } from "@vega/messaging";
import type { Network } from "@vega/test-support";
import { startNetwork } from "@vega/test-support";
import fc from "fast-check";
import { randomUUID } from "node:crypto";
import { afterAll, beforeAll, expect, test } from "vitest";
import type { z } from "zod";
import { writeApiKey, writeInvite, writeRefreshToken, writeResetToken } from "./tokens.ts";

/* Refresh tokens, API keys, reset links and invitations that are malformed, or well-formed and unknown. */

const PASSWORD = "correct horse battery";
let network: Network;
beforeAll(async () => {
  network = await startNetwork({ services: ["state", "auth"] });
});
afterAll(() => network?.close());

let requests = 0;

/** The status of the reply. Each request has its own address, so that none is throttled. */
async function statusOf<Input extends z.ZodType>(
  contract: RequestContract<Input>,
  input: z.input<Input>,
): Promise<number> {
  requests += 1;
  const address = `10.${requests >> 16}.${(requests >> 8) & 255}.${requests & 255}`;
  try {
    await request(network.bus, contract, input, { actor: { id: "anonymous", address } });
    return 200;
  } catch (error) {
    if (error instanceof VegaError) return error.status;
    throw error;
  }
}

const bytes = fc.uint8Array({ minLength: 32, maxLength: 32 }).map((array) => Buffer.from(array));
const id = fc.uuid();
const wellFormed = fc.oneof(
  fc
    .record({ userId: id, sessionId: id, family: bytes, own: bytes })
    .map((token) => writeRefreshToken(token)),
  fc.record({ userId: id, keyId: id, secret: bytes }).map((key) => writeApiKey(key)),
  fc.record({ userId: id, secret: bytes }).map((token) => writeResetToken(token)),
);
const malformed = fc.oneof(
  fc.string({ unit: "binary", maxLength: 600 }),
  fc
    .tuple(fc.constantFrom("", "vr_", "vega_"), fc.uint8Array({ maxLength: 130 }))
    .map(([prefix, array]) => prefix + Buffer.from(array).toString("base64url")),
  fc
    .tuple(wellFormed, fc.nat(), fc.string({ unit: "binary-ascii", maxLength: 3 }))
    .map(([text, at, other]) => {
      const start = at % text.length;
      return text.slice(0, start) + other + text.slice(start + 1);
    }),
);

test("property: no token, key or link causes an internal error", async () => {
  await fc.assert(
    fc.asyncProperty(fc.oneof(malformed, wellFormed), async (text) => {
      const tooLong = (limit: number, status: number) => (text.length > limit ? 400 : status);
      expect(await statusOf(sessions.requests.refresh, { refresh_token: text })).toBe(
        tooLong(512, 401),
      );
      expect(await statusOf(sessions.requests.endOfToken, { refresh_token: text })).toBe(
        tooLong(512, 200),
      );
      expect(await statusOf(apiKeys.requests.verify, { secret: text })).toBe(tooLong(256, 401));
      const reset = { token: text, new_password: PASSWORD };
      expect(await statusOf(users.requests.completePasswordReset, reset)).toBe(tooLong(256, 404));
      // An empty invitation counts as missing.
      const join = { username: "eve", password: PASSWORD, invite: text };
      expect(await statusOf(users.requests.register, join)).toBe(
        text === "" ? 403 : tooLong(256, 404),
      );
    }),
    { numRuns: 150, examples: [[""], [`vr_${"A".repeat(128)}`], ["\0"], ["\ud800"]] },
  );
});

test("a well-formed invitation that was never issued is not found", async () => {
  const invite = writeInvite(Buffer.from(randomUUID().replaceAll("-", "")));
  expect(
    await statusOf(users.requests.register, { username: "eve", password: PASSWORD, invite }),
  ).toBe(404);
});
