import type { User } from "@vega/contracts";
import { VegaError, users as usersContract } from "@vega/contracts";
import bcrypt from "bcrypt";
import { mkdtemp, readdir, readFile, rm, stat, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { createBootstrap, readablePassword } from "./bootstrap.ts";
import { createHashQueue } from "./hash-queue.ts";
import { createPasswords } from "./passwords.ts";
import { storeOf } from "./testing.ts";

const AT = "2026-01-31T12:00:00.000Z";
const passwords = await createPasswords(4, createHashQueue());
type NewUser = Pick<User, "id" | "username" | "email" | "password_hash" | "role">;

async function given(password?: string) {
  const folder = await mkdtemp(join(tmpdir(), "vega-bootstrap-"));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  const users: User[] = [];
  const world = { loseAnswer: false };
  const store = storeOf({
    [usersContract.requests.listDocuments.subject]: () => ({ sequence: 1, users }),
    [usersContract.requests.find.subject]: ({ id }: { id: string }) => ({
      sequence: 1,
      user: users.find((user) => user.id === id) ?? null,
    }),
    [usersContract.requests.createDocument.subject]: ({
      user,
      only_if_none,
    }: {
      user: NewUser;
      only_if_none: boolean;
    }) => {
      if (only_if_none && users.length > 0) throw new VegaError("conflict", "there is one");
      const times = { created_at: AT, updated_at: AT, password_changed_at: AT };
      const made = { ...user, disabled: false, ...times };
      users.push(made);
      if (world.loseAnswer) throw new VegaError("timeout", "no answer in time");
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
  return { folder, users, world, replica, file, lines };
}

test("the first start makes an administrator; its password is in the file and in no log", async () => {
  const { users, replica, file, lines, folder } = await given();
  await replica().run();
  expect(users).toMatchObject([{ username: "admin", role: "admin" }]);
  const password = (await file()).trim();
  expect(await bcrypt.compare(password, users[0]?.password_hash ?? "")).toBe(true);
  expect((await stat(join(folder, "admin-password"))).mode & 0o777).toBe(0o600);
  expect(lines.join()).toContain("admin-password");
  expect(lines.join()).not.toContain(password);
});

test("where there is an account, nothing is made and no file touched", async () => {
  const { folder, users, replica, file } = await given();
  await replica().run();
  await writeFile(join(folder, "admin-password"), "as it was");
  await replica().run();
  expect(users).toHaveLength(1);
  expect(await file()).toBe("as it was");
});

test("of replicas that start at once one makes it, and the file holds that one's password", async () => {
  const { users, replica, file } = await given();
  await Promise.all([replica().run(), replica().run(), replica().run()]);
  expect(users).toHaveLength(1);
  expect(await bcrypt.compare((await file()).trim(), users[0]?.password_hash ?? "")).toBe(true);
});

test("an account that was made though the answer was lost is known for its own", async () => {
  const { users, world, replica, file } = await given();
  const bootstrap = replica();
  world.loseAnswer = true;
  await expect(bootstrap.run()).rejects.toMatchObject({ code: "timeout" });
  world.loseAnswer = false;
  await bootstrap.run();
  expect(users).toHaveLength(1);
  expect(await bcrypt.compare((await file()).trim(), users[0]?.password_hash ?? "")).toBe(true);
});

test("a password that was given is used, and written nowhere", async () => {
  const { folder, users, replica, lines } = await given("correct horse battery");
  await replica().run();
  const hash = users[0]?.password_hash ?? "";
  expect(await bcrypt.compare("correct horse battery", hash)).toBe(true);
  expect(await readdir(folder)).toEqual([]);
  expect(lines.join()).not.toContain("horse");
});

test("a folder that can't be written to is said, with what to do", async () => {
  const { users, replica, lines } = await given();
  await replica("/proc/nowhere").run();
  expect(users).toHaveLength(1);
  expect(lines.join()).toContain("npm run reset-password");
});

test("generated passwords are readable and differ", () => {
  expect(readablePassword()).toMatch(/^[a-kmnp-z2-9]{6}(-[a-kmnp-z2-9]{6}){3}$/);
  expect(readablePassword()).not.toBe(readablePassword());
});
