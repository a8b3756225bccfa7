import { ConfigError } from "@vega/service-kit";
import { expect, test } from "vitest";
import { envToConfig } from "./config.ts";

const SECRET = "a secret of thirty-two characters";
const env = { NATS_URL: "nats://127.0.0.1:4222", VEGA_SECRET: SECRET };

test("a bus URL and a secret are enough; other settings have defaults", () => {
  expect(envToConfig(env)).toEqual({
    busUrl: "nats://127.0.0.1:4222",
    logLevel: "info",
    dataDir: "./data",
    registration: "invite",
    admin: { username: "admin", password: undefined },
    secret: SECRET,
    sessionDays: 30,
    signingKeyDays: 30,
    bcryptCost: 12,
    mail: undefined,
    publicUrl: "http://127.0.0.1:5000",
  });
});

test("SMTP_URL turns mail on; the sender has a default", () => {
  const config = envToConfig({
    ...env,
    SMTP_URL: "smtp://u:p@mail:587",
    VEGA_PUBLIC_URL: "https://vega.example.org/app/",
  });
  expect(config.mail).toEqual({
    smtpUrl: "smtp://u:p@mail:587",
    from: "VEGA <vega@vega.example.org>",
  });
  expect(config.publicUrl).toBe("https://vega.example.org/app");
});

test("a missing or short secret is refused, and the error shows how to generate one", () => {
  for (const VEGA_SECRET of [undefined, "short"]) {
    const attempt = () => envToConfig({ ...env, VEGA_SECRET });
    expect(attempt).toThrow(ConfigError);
    expect(attempt).toThrow("openssl rand -base64 32");
  }
});

test("a bcrypt cost below 10 is accepted in tests only", () => {
  expect(() => envToConfig({ ...env, VEGA_BCRYPT_COST: "9" })).toThrow("VEGA_BCRYPT_COST");
  expect(() => envToConfig({ ...env, VEGA_BCRYPT_COST: "16" })).toThrow("VEGA_BCRYPT_COST");
  const inTests = envToConfig({ ...env, NODE_ENV: "test", VEGA_BCRYPT_COST: "4" });
  expect(inTests.bcryptCost).toBe(4);
});

test("the error names each invalid variable and shows no secret", () => {
  const attempt = () =>
    envToConfig({
      NATS_URL: "nats://a",
      VEGA_SECRET: "hush-hush",
      SMTP_URL: "http://u:hush-hush@mail",
      VEGA_REGISTRATION: "sometimes",
      VEGA_ADMIN_USERNAME: "a b",
      VEGA_PUBLIC_URL: "ftp://x",
    });
  expect(attempt).toThrow(
    /VEGA_SECRET.*VEGA_REGISTRATION.*VEGA_ADMIN_USERNAME.*VEGA_PUBLIC_URL.*SMTP_URL/,
  );
  expect(attempt).not.toThrow("hush-hush");
});
