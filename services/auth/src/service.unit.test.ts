import { ConfigError } from "@vega/service-kit";
import { expect, test } from "vitest";
import { envToConfig } from "./config.ts";
import { startAuth } from "./service.ts";

test("a rejected VEGA_ADMIN_PASSWORD ends the start before the bus connection", async () => {
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
