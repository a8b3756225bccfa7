import type { Platform } from "@vega/test-support";
import { createPlatform, until } from "@vega/test-support";
import { afterAll, beforeAll, expect, test } from "vitest";

const PASSWORD = "a-passphrase-for-tests";
const ROUNDS = 2;
/** Concurrent attempts on one account that the throttle admits. */
const AT_ONCE = 4;

let platform: Platform;
beforeAll(async () => {
  platform = await createPlatform({
    VEGA_ADMIN_PASSWORD: PASSWORD,
    // The default cost, because a login spends most of its time in the hash.
    VEGA_BCRYPT_COST: "12",
  });
  await platform.start();
});
afterAll(() => platform?.close());

interface Answer {
  readonly status: number;
  readonly body: any;
}

async function post(path: string, body: unknown): Promise<Answer> {
  const response = await fetch(platform.api.url + path, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify(body),
  });
  return { status: response.status, body: await response.json() };
}
const logIn = () => post("/api/auth/login", { username: "admin", password: PASSWORD });
const me = async (token: string) =>
  (await platform.api.get("/api/auth/me", { authorization: `Bearer ${token}` })).status;

test(
  `auth is killed ${ROUNDS} times during logins: successful logins stay valid, interrupted ones get 503`,
  { timeout: 120_000 },
  async () => {
    await until("the administrator exists", async () => (await logIn()).status === 200, 30_000);
    const granted: { access_token: string; refresh_token: string }[] = [];
    // Interrupted logins get their response after the timeout of the request.
    const responses: Promise<Answer>[] = [];
    for (let round = 0; round < ROUNDS; round += 1) {
      const first = await logIn();
      expect(first.status).toBe(200);
      granted.push(first.body);
      const tries = Array.from({ length: AT_ONCE }, logIn);
      // One has finished, so the others are in progress.
      await Promise.race(tries);
      await platform.killChild("auth");
      responses.push(...tries);
      await until("logins succeed again", async () => (await logIn()).status === 200, 30_000);
    }
    for (const { status, body } of await Promise.all(responses)) {
      if (status === 200) granted.push(body);
      else expect([status, typeof body.detail]).toEqual([503, "string"]);
    }
    for (const { access_token: access, refresh_token: refresh } of granted) {
      expect(await me(access)).toBe(200);
      const next = await post("/api/auth/refresh", { refresh_token: refresh });
      expect(next.status).toBe(200);
      expect(await me(next.body.access_token)).toBe(200);
    }
  },
);
