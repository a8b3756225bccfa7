import { ConfigError } from "@vega/service-kit";
import { expect, test } from "vitest";
import { envToConfig } from "./config.ts";
import { startAuth } from "./service.ts";

test("an administrator's password that will not do ends the start, before any bus is asked", async () => {
  const config = envToConfig({
    NATS_URL: "nats://127.0.0.1:1",
    LOG_LEVEL: "silent",
    VEGA_SECRET: "a secret of thirty-two characters",
    VEGA_ADMIN_PASSWORD: "password1",
  });
  const attempt = startAuth(config);
  await expect(attempt).rejects.toThrow(ConfigError);
  await expect(attempt).rejects.toThrow("VEGA_ADMIN_PASSWORD");
  await expect(attempt).rejects.not.toThrow("password1");
});
