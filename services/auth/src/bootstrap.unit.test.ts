import type { User } from "@vega/contracts";
import { VegaError, users } from "@vega/contracts";
import bcrypt from "bcrypt";
import { mkdtemp, readdir, readFile, rm, stat, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { createBootstrap, readablePassword } from "./bootstrap.ts";
import { createHashQueue } from "./hash-queue.ts";
import { createPasswords } from "./passwords.ts";
import { storeOf } from "./testing/store.ts";

const AT = "2026-01-31T12:00:00.000Z";
const passwords = await createPasswords(4, createHashQueue());
type NewUser = Pick<User, "id" | "username" | "email" | "password_hash" | "role">;

async function given(password?: string) {
  const folder = await mkdtemp(join(tmpdir(), "vega-bootstrap-"));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  const accounts: User[] = [];
  const fake = { loseReply: false };
  const store = storeOf({
    [users.requests.listDocuments.subject]: () => ({ sequence: 1, users: accounts }),
    [users.requests.find.subject]: ({ id }: { id: string }) => ({
      sequence: 1,
      user: accounts.find((user) => user.id === id) ?? null,
    }),
    [users.requests.createDocument.subject]: ({
      user,
      only_if_none,
    }: {
      user: NewUser;
      only_if_none: boolean;
    }) => {
      if (only_if_none && accounts.length > 0) throw new VegaError("conflict", "an account exists");
      const times = { created_at: AT, updated_at: AT, password_changed_at: AT };
      const made = { ...user, disabled: false, ...times };
      accounts.push(made);
      if (fake.loseReply) throw new VegaError("timeout", "no reply");
      return { sequence: 2, user: made };
    },
  });
  const lines: string[] = [];
  const log = (details: object, text: string) => lines.push(JSON.stringify(details) + text);
  const replica = (dataDir = folder) =>
    createBootstrap({
      store,
      passwords,
      config: { admin: { username: "admin", password }, dataDir },
      log: { info: log, warn: log, error: log } as never,
    });
  const file = () => readFile(join(folder, "admin-password"), "utf8");
  return { folder, accounts, fake, replica, file, lines };
}

test("the first start creates an administrator; the password is in the file and not in the log", async () => {
  const { accounts, replica, file, lines, folder } = await given();
  await replica().run();
  expect(accounts).toMatchObject([{ username: "admin", role: "admin" }]);
  const password = (await file()).trim();
  expect(await bcrypt.compare(password, accounts[0]?.password_hash ?? "")).toBe(true);
  expect((await stat(join(folder, "admin-password"))).mode & 0o777).toBe(0o600);
  expect(lines.join()).toContain("admin-password");
  expect(lines.join()).not.toContain(password);
});

test("an existing account keeps the bootstrap from creating an account or writing the file", async () => {
  const { folder, accounts, replica, file } = await given();
  await replica().run();
  await writeFile(join(folder, "admin-password"), "as it was");
  await replica().run();
  expect(accounts).toHaveLength(1);
  expect(await file()).toBe("as it was");
});

test("of replicas that start at once, one creates the administrator, and the file holds its password", async () => {
  const { accounts, replica, file } = await given();
  await Promise.all([replica().run(), replica().run(), replica().run()]);
  expect(accounts).toHaveLength(1);
  expect(await bcrypt.compare((await file()).trim(), accounts[0]?.password_hash ?? "")).toBe(true);
});

test("an account whose creation got no reply is recognised at the next attempt", async () => {
  const { accounts, fake, replica, file } = await given();
  const bootstrap = replica();
  fake.loseReply = true;
  await expect(bootstrap.run()).rejects.toMatchObject({ code: "timeout" });
  fake.loseReply = false;
  await bootstrap.run();
  expect(accounts).toHaveLength(1);
  expect(await bcrypt.compare((await file()).trim(), accounts[0]?.password_hash ?? "")).toBe(true);
});

test("a configured password is used and not written to a file", async () => {
  const { folder, accounts, replica, lines } = await given("correct horse battery");
  await replica().run();
  const hash = accounts[0]?.password_hash ?? "";
  expect(await bcrypt.compare("correct horse battery", hash)).toBe(true);
  expect(await readdir(folder)).toEqual([]);
  expect(lines.join()).not.toContain("horse");
});

test("a password file that cannot be written is logged with the remedy", async () => {
  const { accounts, replica, lines } = await given();
  await replica("/proc/nowhere").run();
  expect(accounts).toHaveLength(1);
  expect(lines.join()).toContain("npm run reset-password");
});

test("generated passwords are readable and differ", () => {
  expect(readablePassword()).toMatch(/^[a-kmnp-z2-9]{6}(-[a-kmnp-z2-9]{6}){3}$/);
  expect(readablePassword()).not.toBe(readablePassword());
});
