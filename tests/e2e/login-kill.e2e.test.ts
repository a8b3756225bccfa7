import type { Platform } from "@vega/test-support";
import { createPlatform, until } from "@vega/test-support";
import { afterAll, beforeAll, expect, test } from "vitest";

const PASSWORD = "a-passphrase-nobody-has";
const ROUNDS = 2;
/** As many as may be under way for one account before the throttle holds them up. */
const AT_ONCE = 4;

let platform: Platform;
beforeAll(async () => {
  platform = await createPlatform({
    VEGA_ADMIN_PASSWORD: PASSWORD,
    // In mid-login means in mid-hash mostly, so the cost is the real one.
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
  `auth is killed ${ROUNDS} times in mid-login: who was let in stays in, who was not is told to try again`,
  { timeout: 120_000 },
  async () => {
    await until("the administrator is there", async () => (await logIn()).status === 200, 30_000);
    const letIn: { access_token: string; refresh_token: string }[] = [];
    // Whose login was cut off is told so when the time for an answer is over.
    const told: Promise<Answer>[] = [];
    for (let round = 0; round < ROUNDS; round += 1) {
      const first = await logIn();
      expect(first.status).toBe(200);
      letIn.push(first.body);
      const tries = Array.from({ length: AT_ONCE }, logIn);
      // One is through, so the others are on their way.
      await Promise.race(tries);
      await platform.killChild("auth");
      told.push(...tries);
      await until("logins go on", async () => (await logIn()).status === 200, 30_000);
    }
    for (const { status, body } of await Promise.all(told)) {
      if (status === 200) letIn.push(body);
      else expect([status, typeof body.detail]).toEqual([503, "string"]);
    }
    for (const { access_token: access, refresh_token: refresh } of letIn) {
      expect(await me(access)).toBe(200);
      const next = await post("/api/auth/refresh", { refresh_token: refresh });
      expect(next.status).toBe(200);
      expect(await me(next.body.access_token)).toBe(200);
    }
  },
);
