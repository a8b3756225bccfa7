import { parseServers } from "@vega/messaging";
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

test("every secret that docker-compose.yml mounts is made, for its owner alone", () => {
  const { folder } = newFolder();
  const { made } = makeSecrets({ folder, uid: USER });
  const compose = readFileSync(join(import.meta.dirname, "../../docker-compose.yml"), "utf8");
  const mounted = [
    ...compose.matchAll(/^ {2}(\w+): \{ file: "\$\{VEGA_SECRETS_DIR:-\.\/secrets\}\/(\w+)" \}$/gm),
  ];
  expect(new Set(mounted.map(([, name]) => name))).toEqual(new Set(made));
  expect(mounted.every(([, name, file]) => name === file)).toBe(true);
  expect(statSync(folder).mode & 0o777).toBe(0o700);
  for (const name of readdirSync(folder)) {
    expect([name, statSync(join(folder, name)).mode & 0o777]).toEqual([name, 0o600]);
  }
});

test("both ends of a connection have the same password", () => {
  const { folder, read } = newFolder();
  makeSecrets({ folder, uid: USER });
  const { user, pass } = parseServers(read("nats_url")) as { user: string; pass: string };
  expect(read("nats_auth")).toBe(`authorization { user: ${user}, password: "${pass}" }`);
  expect(read("mongodb_url")).toContain(`//vega:${read("mongo_vega_password")}@mongo:27017/`);
  expect(read("mongo_key")).toMatch(/^[A-Za-z0-9+/=]{6,1024}$/);
});

test("what is there stays, and what lacks a part is refused by name", () => {
  const { folder, read } = newFolder();
  makeSecrets({ folder, uid: USER });
  const before = read("vega_secret");
  expect(makeSecrets({ folder, uid: USER }).made).toEqual([]);
  expect(read("vega_secret")).toBe(before);
  rmSync(join(folder, "mongodb_url"));
  expect(() => makeSecrets({ folder, uid: USER })).toThrow(/but not mongodb_url/);
});

test("who is neither root nor the containers' user is told what to set", () => {
  const { folder } = newFolder();
  expect(makeSecrets({ folder, uid: 1_234 }).note).toContain("VEGA_UID=1234");
  expect(makeSecrets({ folder, uid: 1_000 }).note).toBeUndefined();
});
