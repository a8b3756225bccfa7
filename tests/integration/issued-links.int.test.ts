import type { Network } from "@vega/test-support";
import { reservePort, startNetwork, until } from "@vega/test-support";
import { randomBytes } from "node:crypto";
import { once } from "node:events";
import { SMTPServer } from "smtp-server";
import { afterAll, beforeAll, expect, test } from "vitest";
import type { Person } from "./people.ts";
import { bearer, logIn, PASSWORD, post } from "./people.ts";

/* Invitations and reset links over HTTP: each ends with the authority of the account that issued it. */

const OTHER_PASSWORD = "another-passphrase-here";
let network: Network;
const mails: string[] = [];
const mailServer = new SMTPServer({
  authOptional: true,
  disabledCommands: ["STARTTLS", "AUTH"],
  onData(stream, _session, done) {
    let text = "";
    stream.setEncoding("utf8").on("data", (part: string) => (text += part));
    stream.on("end", () => {
      // Decodes quoted-printable.
      mails.push(text.replaceAll("=\r\n", "").replaceAll("=3D", "="));
      done();
    });
  },
});

beforeAll(async () => {
  const port = await reservePort();
  mailServer.listen(port, "127.0.0.1");
  await once(mailServer.server, "listening");
  network = await startNetwork({
    env: {
      SMTP_URL: `smtp://127.0.0.1:${port}`,
      VEGA_PUBLIC_URL: "https://vega.example.org",
      VEGA_TRUSTED_PROXIES: "127.0.0.1",
    },
  });
});
afterAll(async () => {
  await network?.close();
  await new Promise<void>((resolve) => mailServer.close(() => resolve()));
});

let count = 0;
const newName = () => `issuer${(count += 1)}`;

/** Headers of a client with its own address, because redemptions are throttled by address. */
const fromElsewhere = () => ({ "x-forwarded-for": `203.0.113.${(count += 1)}` });

async function newAccount(role: string, email?: string): Promise<Person> {
  const username = newName();
  const account = { username, password: PASSWORD, role, ...(email && { email }) };
  const made = await network.api.send("POST", "/api/admin/users", account);
  expect(made.status).toBe(201);
  return logIn(network.api, username);
}

const as = ({ access }: Person) => bearer(access);
const change = (of: Person, body: object) => async () =>
  (await network.api.send("PATCH", `/api/admin/users/${of.id}`, body)).status;
const both = (first: () => Promise<number>, second: () => Promise<number>) => async () =>
  Math.max(await first(), await second());

async function invite(by?: Person): Promise<string> {
  const headers = by ? as(by) : {};
  const made = await network.api.send("POST", "/api/admin/invites", { role: "admin" }, headers);
  expect(made.status).toBe(201);
  return made.body.invite;
}

async function resetLink(of: Person, by?: Person): Promise<string> {
  const path = `/api/admin/users/${of.id}/password-reset`;
  const made = await network.api.send("POST", path, undefined, by ? as(by) : {});
  expect(made.status).toBe(200);
  return made.body.token;
}

async function mailedLink(username: string): Promise<string> {
  const sent = mails.length;
  const response = await post(
    network.api,
    "/api/auth/password/reset",
    { username },
    fromElsewhere(),
  );
  expect(response.status).toBe(202);
  const mail = await until("the mail arrives", () => mails.at(sent));
  return /#token=([\w-]+)/.exec(mail)?.[1] ?? "";
}

const register = (text: string) =>
  post(
    network.api,
    "/api/auth/register",
    { username: newName(), password: PASSWORD, invite: text },
    fromElsewhere(),
  );
const reset = (token: string) =>
  post(
    network.api,
    "/api/auth/password/reset",
    { token, new_password: OTHER_PASSWORD },
    fromElsewhere(),
  );

/** A refusal without the request id. */
const refusal = ({ status, body }: Awaited<ReturnType<typeof register>>) => ({
  status,
  code: body.code,
  detail: body.detail,
});

/** The refusal of links that were never issued or have expired. */
async function unknownLinks(of: Person) {
  const id = Buffer.from(of.id.replaceAll("-", ""), "hex");
  const link = Buffer.concat([id, randomBytes(32)]).toString("base64url");
  return {
    invitation: refusal(await register(randomBytes(32).toString("base64url"))),
    reset: refusal(await reset(link)),
  };
}

const ownPassword = (of: Person) => async () => {
  const body = { current_password: PASSWORD, new_password: OTHER_PASSWORD };
  return (await post(network.api, "/api/auth/password", body, as(of))).status;
};
const ENDS: [string, (issuer: Person) => () => Promise<number>][] = [
  ["is disabled", (issuer) => change(issuer, { disabled: true })],
  [
    "is disabled and enabled again",
    (issuer) => both(change(issuer, { disabled: true }), change(issuer, { disabled: false })),
  ],
  ["is demoted", (issuer) => change(issuer, { role: "operator" })],
  [
    "is demoted and promoted again",
    (issuer) => both(change(issuer, { role: "user" }), change(issuer, { role: "admin" })),
  ],
  [
    "is erased",
    (issuer) => async () =>
      (await network.api.send("DELETE", `/api/admin/users/${issuer.id}`)).status,
  ],
  ["changes its password", ownPassword],
  [
    "gets a new password by a link",
    (issuer) => async () => (await reset(await resetLink(issuer))).status,
  ],
];

test.each(ENDS)("links of an administrator are void once it %s", async (_how, end) => {
  const [issuer, target] = [await newAccount("admin"), await newAccount("user")];
  const [first, second] = [await invite(issuer), await resetLink(target, issuer)];
  const unknown = await unknownLinks(target);
  expect(unknown).toMatchObject({ invitation: { status: 404 }, reset: { status: 404 } });

  expect(await end(issuer)()).toBe(200);
  expect(refusal(await register(first))).toEqual(unknown.invitation);
  expect(refusal(await reset(second))).toEqual(unknown.reset);
  await logIn(network.api, target.username);
});

test("links work while their issuer has its authority; links of the admin token stay valid", async () => {
  const [issuer, target] = [await newAccount("admin"), await newAccount("user")];
  const joined = await register(await invite(issuer));
  expect([joined.status, joined.body.user?.role]).toEqual([201, "admin"]);
  expect(JSON.stringify(joined.body)).not.toContain("stamp");
  expect((await reset(await resetLink(target, issuer))).status).toBe(200);

  const [first, second] = [await invite(), await resetLink(target)];
  expect(await change(issuer, { disabled: true })()).toBe(200);
  expect((await register(first)).status).toBe(201);
  expect((await reset(second)).status).toBe(200);
});

test.each<[string, (of: Person) => () => Promise<number>]>([
  ["its password is changed", ownPassword],
  ["its email address is changed", (of) => change(of, { email: "elsewhere@example.org" })],
  [
    "it is disabled and enabled again",
    (of) => both(change(of, { disabled: true }), change(of, { disabled: false })),
  ],
])("a reset link that was mailed to the account is void once %s", async (how, end) => {
  const target = await newAccount("user", `target${how.length}@example.org`);
  const token = await mailedLink(target.username);
  const unknown = await unknownLinks(target);
  expect(await end(target)()).toBe(200);
  expect(refusal(await reset(token))).toEqual(unknown.reset);
  const next = await mailedLink(target.username);
  expect((await reset(next)).status).toBe(200);
  await logIn(network.api, target.username, OTHER_PASSWORD);
});
