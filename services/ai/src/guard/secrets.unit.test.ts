import fc from "fast-check";
import { expect, test } from "vitest";
import { findSecret, SECRET_RULES } from "./secrets.ts";

const alphabet = (characters: string, length: number) =>
  fc.string({
    unit: fc.constantFrom(...characters.split("")),
    minLength: length,
    maxLength: length,
  });
const UPPER = "ABCDEFGHIJKLMNOPQRSTUVWXYZ";
const LOWER = UPPER.toLowerCase();
const ALNUM = `${UPPER}${LOWER}0123456789`;
const WORD = `${ALNUM}_-`;
const HEX = "0123456789abcdef";
/** Concatenated here, so that secret scanners do not report this file. */
const after = (prefix: string, characters: string, length: number) =>
  alphabet(characters, length).map((rest) => prefix + rest);

const dashes = "-".repeat(5);
const pem = (kind: string, newline: string) =>
  after("", `${ALNUM}+/`, 256).map((body) =>
    [`${dashes}BEGIN ${kind}${dashes}`, ...(body.match(/.{64}/g) ?? []), `${dashes}END`].join(
      newline,
    ),
  );

/** A match for each rule. */
const SECRETS: Readonly<Record<string, fc.Arbitrary<string>>> = {
  "private-key": fc.oneof(
    pem("PRIVATE KEY", "\n"),
    pem("RSA PRIVATE KEY", "\r\n"),
    pem("OPENSSH PRIVATE KEY", "\\n"),
    pem("EC PRIVATE KEY", "\n").map((text) => text.replace("\n", "\nProc-Type: 4,ENCRYPTED\n\n")),
    pem("PGP PRIVATE KEY BLOCK", "\n").map((text) => text.replace("\n", "\n\n")),
  ),
  "aws-access-key": fc
    .oneof(...["AKIA", "ASIA", "ABIA", "ACCA"].map((prefix) => after(prefix, `${UPPER}234567`, 16)))
    .filter((key) => !key.endsWith("EXAMPLE")),
  "aws-secret-key": fc
    .oneof(
      ...["aws_secret_access_key = ", '"SecretAccessKey": "', "AWS_SECRET_ACCESS_KEY="].map(
        (name) => after(name, `${ALNUM}+/`, 40),
      ),
    )
    .filter((text) => !/EXAMPLE(?:KEY)?$/.test(text)),
  "anthropic-key": after("sk-ant-api03-", WORD, 93),
  "openai-key": fc.oneof(after("sk-proj-", WORD, 120), after("sk-svcacct-", WORD, 60)),
  "openrouter-key": after("sk-or-v1-", HEX, 64),
  "sk-key": fc.oneof(after("sk-", HEX, 32), after("sk-", ALNUM, 48)),
  "xai-key": after("xai-", ALNUM, 80),
  "groq-key": after("gsk_", ALNUM, 52),
  "google-key": after("AIza", WORD, 35),
  "huggingface-token": after("hf_", UPPER + LOWER, 34),
  "github-token": fc.oneof(
    after("ghp_", ALNUM, 36),
    after("ghs_", ALNUM, 36),
    after("github_pat_", `${ALNUM}_`, 82),
  ),
  "gitlab-token": after("glpat-", WORD, 20),
  "slack-token": after("xoxb-", `${ALNUM}-`, 50),
  "stripe-key": after("sk_live_", ALNUM, 24),
  "npm-token": after("npm_", ALNUM, 36),
  "vega-key": after("vega_", WORD, 86),
  jwt: fc
    .tuple(after("eyJ", WORD, 30), after("eyJ", WORD, 60), alphabet(WORD, 43))
    .map((parts) => parts.join(".")),
};

test("every rule has a test", () => {
  expect(Object.keys(SECRETS).toSorted()).toEqual(SECRET_RULES.toSorted());
});

const around = fc.constantFrom("", " ", "\n", '"', "'", "=", "key: ", "(", "`", "\\n", "Bearer ");

test.each(Object.entries(SECRETS))("%s is found wherever it stands", (rule, secrets) => {
  fc.assert(
    fc.property(secrets, around, fc.lorem(), (secret, before, text) => {
      expect(findSecret(`${text}${before === "" ? " " : before}${secret}\n${text}`)).toBe(rule);
      expect(findSecret(secret)).toBe(rule);
    }),
  );
});

test("words, code and documented examples are not secrets", () => {
  for (const text of [
    "How do I make a private key? It begins with -----BEGIN PRIVATE KEY----- and then base64.",
    "-----BEGIN PRIVATE KEY-----\n...\n-----END PRIVATE KEY-----",
    `-----BEGIN PUBLIC KEY-----\n${"A".repeat(64)}`,
    "AKIAIOSFODNN7EXAMPLE",
    "aws_secret_access_key = wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY",
    "sk-your-key-here, sk-..., sk-ant-..., sk-proj-xxxx",
    "task-management-with-some-very-long-hyphenated-words-in-it",
    "disk-ABCDEFGHIJKLMNOPQRSTUVWXYZABCDEFGHIJKLMNOP",
    "eyJhbGciOiJFUzI1NiJ9 is the head of a JWT",
    "vega_memory, vega_conversation and vega_session",
    "hf_token and npm_config_cache",
    "1f0c9a52-6f1d-4a57-9d3c-5b1d8a7e4c11 d41d8cd98f00b204e9800998ecf8427e",
  ]) {
    expect([text, findSecret(text)]).toEqual([text, undefined]);
  }
});

test("property: prose is not a secret", () => {
  fc.assert(fc.property(fc.lorem({ mode: "sentences" }), (text) => findSecret(text) === undefined));
});

/** Repeated prefixes, the worst case of a quadratic pattern. */
const HOSTILE = [
  "-----BEGIN ",
  "-----BEGIN PRIVATE KEY-----",
  "-----BEGIN PRIVATE KEY-----\nA: \n",
  `-----BEGIN PRIVATE KEY-----${"A".repeat(63)}`,
  "AKIA",
  "secret_access_key=",
  "secretaccesskey = ' ",
  "eyJ",
  "eyJ-",
  "eyJaaaaaaaaaaaa.",
  "eyJaaaaaaaaaaaa.eyJaaaaaaaaaaaa.",
  "sk-",
  "sk-proj-",
  "sk-ant-api",
  "github_pat_",
  "xoxb-",
  "vega_",
  "AIza",
  "\\n",
  "a",
  " ",
];
const MEBIBYTE = 1024 * 1024;

test.each(HOSTILE)("4 MiB of %j take a moment", (piece) => {
  const text = piece.repeat(Math.ceil((4 * MEBIBYTE) / piece.length));
  const started = performance.now();
  findSecret(text);
  // Quadratic time would be hours.
  expect(performance.now() - started).toBeLessThan(5_000);
});
