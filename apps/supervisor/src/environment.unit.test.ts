import { expect, test } from "vitest";
import { unknownSettings, withSecretFiles } from "./environment.ts";

const files = new Map([
  ["/run/token", "sesame\n"],
  ["/run/empty", "\n"],
]);
const read = (path: string) => {
  const text = files.get(path);
  if (text === undefined) throw new Error("ENOENT");
  return text;
};

test("a secret is read from NAME_FILE, and empty variables count as not set", () => {
  const env = withSecretFiles(
    { VEGA_ADMIN_TOKEN: "", VEGA_ADMIN_TOKEN_FILE: "/run/token", PORT: "1" },
    read,
  );
  expect(env).toEqual({ VEGA_ADMIN_TOKEN: "sesame", PORT: "1" });
});

test("an unknown setting is found; commented ones and NAME_FILE are known", () => {
  const example = "# VEGA_NOTE=x is text\n#VEGA_BACKUP_HOURS=24\nPORT=5000\n#VEGA_SECRET=\n";
  const env = { VEGA_BACKUP_HOUR: "1", VEGA_BACKUP_HOURS: "1", VEGA_SECRET_FILE: "/x", PATH: "/" };
  expect(unknownSettings(env, example)).toEqual(["VEGA_BACKUP_HOUR"]);
});

test("the credentials of a bucket are read from files, too", () => {
  const env = { VEGA_S3_KEY_ID_FILE: "/run/token", VEGA_S3_SECRET_FILE: "/run/token" };
  expect(withSecretFiles(env, read)).toEqual({
    VEGA_S3_KEY_ID: "sesame",
    VEGA_S3_SECRET: "sesame",
  });
});

test("other variables that end in _FILE are left alone", () => {
  expect(withSecretFiles({ SSL_CERT_FILE: "/etc/cert" }, read)).toEqual({
    SSL_CERT_FILE: "/etc/cert",
  });
});

test("a file that is missing, empty or ambiguous is a settings error", () => {
  expect(() => withSecretFiles({ NATS_URL_FILE: "/run/none" }, read)).toThrow(
    "can't read /run/none",
  );
  expect(() => withSecretFiles({ NATS_URL_FILE: "/run/empty" }, read)).toThrow("empty");
  const both = { NATS_URL: "nats://a", NATS_URL_FILE: "/run/token" };
  expect(() => withSecretFiles(both, read)).toThrow("keep one");
});
