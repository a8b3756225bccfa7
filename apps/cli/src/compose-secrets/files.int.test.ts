import { BUS_USERS } from "@vega/contracts";
import { parseServers } from "@vega/messaging";
import bcrypt from "bcrypt";
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import { makeSecrets } from "./files.ts";

const USER = process.getuid?.() ?? 0;

function newFolder() {
  const folder = join(mkdtempSync(join(tmpdir(), "vega-secrets-")), "secrets");
  const read = (name: string) => readFileSync(join(folder, name), "utf8").trim();
  return { folder, read };
}

test("every secret that the compose files mount is created with mode 0600", () => {
  const { folder } = newFolder();
  const { made } = makeSecrets({ folder, uid: USER });
  const root = join(import.meta.dirname, "../../../..");
  const compose = ["docker-compose.yml", "deploy/compose/cluster.yml"]
    .map((file) => readFileSync(join(root, file), "utf8"))
    .join("\n");
  const mounted = [
    ...compose.matchAll(/^ {2}(\w+): \{ file: "\$\{VEGA_SECRETS_DIR:-\.\/secrets\}\/(\w+)" \}$/gm),
  ];
  // For external clients.
  const forContainers = made.filter((name) => name !== "nats_url_observer");
  expect(new Set(mounted.map(([, name]) => name))).toEqual(new Set(forContainers));
  expect(mounted.every(([, name, file]) => name === file)).toBe(true);
  expect(statSync(folder).mode & 0o777).toBe(0o700);
  for (const name of readdirSync(folder)) {
    expect([name, statSync(join(folder, name)).mode & 0o777]).toEqual([name, 0o600]);
  }
});

test("both ends of a connection have the same password", () => {
  const { folder, read } = newFolder();
  makeSecrets({ folder, uid: USER });
  for (const name of BUS_USERS) {
    const { user, pass } = parseServers(read(`nats_url_${name}`)) as { user: string; pass: string };
    const hash = new RegExp(`^VEGA_PASSWORD_${name.toUpperCase()}: "(.*)"$`, "m");
    expect(user).toBe(name);
    expect(bcrypt.compareSync(pass, hash.exec(read("nats_auth"))?.[1] ?? "")).toBe(true);
  }
  expect(read("mongodb_url")).toContain(`//vega:${read("mongo_vega_password")}@mongo:27017/`);
  expect(read("mongo_key")).toMatch(/^[A-Za-z0-9+/=]{6,1024}$/);
});

test("existing files stay; a missing secret of the database is an error that names it", () => {
  const { folder, read } = newFolder();
  makeSecrets({ folder, uid: USER });
  const before = read("vega_secret");
  expect(makeSecrets({ folder, uid: USER }).made).toEqual([]);
  expect(read("vega_secret")).toBe(before);
  rmSync(join(folder, "mongodb_url"));
  expect(() => makeSecrets({ folder, uid: USER })).toThrow(/but not mongodb_url/);
});

test("a missing secret of the bus replaces all secrets of the bus", () => {
  const { folder, read } = newFolder();
  makeSecrets({ folder, uid: USER });
  const [auth, secret] = [read("nats_auth"), read("vega_secret")];
  rmSync(join(folder, "nats_url_state"));
  const { made } = makeSecrets({ folder, uid: USER });
  expect(made).toHaveLength(1 + BUS_USERS.length);
  expect(made).not.toContain("nats_route");
  expect(made).toContain("nats_url_state");
  expect(read("nats_auth")).not.toBe(auth);
  expect(read("vega_secret")).toBe(secret);
});

test("a secret that a version adds is created beside the existing ones", () => {
  const { folder, read } = newFolder();
  makeSecrets({ folder, uid: USER });
  const before = read("nats_auth");
  rmSync(join(folder, "nats_route"));
  expect(makeSecrets({ folder, uid: USER }).made).toEqual(["nats_route"]);
  expect(read("nats_auth")).toBe(before);
});

test("the note for another user than root or the containers' names VEGA_UID", () => {
  const { folder } = newFolder();
  expect(makeSecrets({ folder, uid: 1_234 }).note).toContain("VEGA_UID=1234");
  expect(makeSecrets({ folder, uid: 1_000 }).note).toBeUndefined();
});
