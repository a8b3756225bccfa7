import type { Platform } from "@vega/test-support";
import { createPlatform, until } from "@vega/test-support";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, test } from "vitest";

const ROUNDS = 2;

/** Logs in with the generated password as soon as `/readyz` returns 200. */
async function logInWhenReady({ api, folder }: Platform): Promise<number> {
  await until("/readyz returns 200", async () => (await fetch(`${api.url}/readyz`)).ok, 60_000);
  const password = (await readFile(join(folder, "data/admin-password"), "utf8")).trim();
  const response = await fetch(`${api.url}/api/auth/login`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({ username: "admin", password }),
  });
  return response.status;
}

test(
  "the first administrator can log in as soon as /readyz returns 200",
  { timeout: 180_000 },
  async () => {
    for (let round = 0; round < ROUNDS; round += 1) {
      // At this cost the hash takes over a second, so that state is ready long before auth.
      const platform = await createPlatform({ VEGA_BCRYPT_COST: "14" });
      try {
        const [status] = await Promise.all([logInWhenReady(platform), platform.start()]);
        expect(status).toBe(200);
      } finally {
        await platform.close();
      }
    }
  },
);
