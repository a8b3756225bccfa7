import fc from "fast-check";
import { expect, test } from "vitest";
import type { Command } from "../../log/decision.ts";
import { NOW } from "../../log/decision-testing.ts";
import { decideIssueOneTimeToken } from "../one-time-tokens/commands.ts";
import { decideOpenSession } from "../sessions/commands.ts";
import { accountsInMemory, eraseAll, hashOf, LATER, newUser, uuid } from "./testing.ts";
import { decideChangeUser, decideCreateUser, decideResetPassword } from "./commands.ts";

const [ada, bob] = [uuid(1), uuid(2)];
const open = (user_id: string, id: string, if_password_of = NOW) =>
  decideOpenSession({
    session: {
      id,
      user_id,
      expires_at: LATER,
      address: null,
      user_agent: null,
      family_hash: hashOf("family"),
      refresh_hash: hashOf(id),
    },
    if_password_of,
  });

test("a username in another case or Unicode form is taken, and so is an email address", () => {
  const accounts = accountsInMemory();
  accounts.run(
    decideCreateUser({
      ...newUser(ada, "Ada"),
      user: { ...newUser(ada, "Ada").user, email: "A@x.org" },
    }),
  );
  expect(accounts.create(bob, "aDA").error).toBe("conflict");
  expect(accounts.create(bob, "Ａda").error).toBe("conflict");
  const sameEmail = {
    ...newUser(bob, "bob"),
    user: { ...newUser(bob, "bob").user, email: "a@X.org" },
  };
  expect(accounts.run(decideCreateUser(sameEmail)).error).toBe("conflict");
  expect(accounts.create(bob, "bob").error).toBeUndefined();
});

test("entries name a person by id only", () => {
  const accounts = accountsInMemory();
  const asked = newUser(ada, "Ada");
  const { events } = accounts.run(
    decideCreateUser({ ...asked, user: { ...asked.user, email: "ada@example.org" } }),
  );
  const opened = accounts.run(open(ada, uuid(10)));
  const said = JSON.stringify(
    [...events, ...opened.events].map(({ subject, data }) => [subject, data]),
  );
  expect(said).not.toMatch(/ada|bcrypt|example/i);
  expect(said).not.toContain(hashOf("family"));
});

test("an invitation is used once and gives the role; an expired one or a link of another kind gives nothing", () => {
  const accounts = accountsInMemory();
  const [invite, old, link] = [hashOf("invite"), hashOf("old"), hashOf("link")];
  const token = { purpose: "invite" as const, user_id: null, role: "operator" as const };
  accounts.run(decideIssueOneTimeToken({ hash: invite, token: { ...token, expires_at: LATER } }));
  accounts.run(decideIssueOneTimeToken({ hash: old, token: { ...token, expires_at: NOW } }));
  const made = accounts.run(decideCreateUser({ ...newUser(ada, "ada"), invite }));
  expect(made.result).toMatchObject({ role: "operator" });
  expect(made.events[0]?.data).toMatchObject({ by: "invite", role: "operator" });
  expect(accounts.run(decideCreateUser({ ...newUser(bob, "bob"), invite })).error).toBe(
    "not_found",
  );
  expect(accounts.run(decideCreateUser({ ...newUser(bob, "bob"), invite: old })).error).toBe(
    "not_found",
  );
  const reset = { purpose: "password_reset" as const, user_id: ada, role: "admin" as const };
  accounts.run(decideIssueOneTimeToken({ hash: link, token: { ...reset, expires_at: LATER } }));
  expect(accounts.run(decideCreateUser({ ...newUser(bob, "bob"), invite: link })).error).toBe(
    "not_found",
  );
  expect(accounts.run(decideResetPassword(hashOf("no link"), ada, "new")).error).toBe("not_found");
});

test("the first administrator is made once", () => {
  const accounts = accountsInMemory();
  const first = (id: string, name: string) =>
    decideCreateUser({ ...newUser(id, name, "admin"), by: "first_start", only_if_none: true });
  expect(accounts.run(first(ada, "ada")).error).toBeUndefined();
  expect(accounts.run(first(bob, "bob")).error).toBe("conflict");
});

test("a new password ends all sessions but the one it was changed from, and the link for another", () => {
  const accounts = accountsInMemory();
  accounts.create(ada, "ada");
  for (const n of [10, 11, 12]) accounts.run(open(ada, uuid(n)));
  const token = { purpose: "password_reset" as const, user_id: ada, role: null, expires_at: LATER };
  accounts.run(decideIssueOneTimeToken({ hash: hashOf("link"), token }));
  const change = decideChangeUser({
    id: ada,
    password_hash: "bcrypt 2",
    if_password_of: NOW,
    keep_session: uuid(11),
  });
  const { events, result } = accounts.run(change);
  expect(events.map(({ data }) => data["session_id"] ?? data["changed"])).toEqual([
    ["password"],
    uuid(10),
    uuid(12),
  ]);
  expect(accounts.ids("sessions")).toEqual([`${ada}/${uuid(11)}`]);
  expect(accounts.ids("one_time_tokens")).toEqual([]);
  // Within the same millisecond, yet another version: who has checked the old password comes too late.
  expect(result?.password_changed_at).not.toBe(NOW);
  expect(accounts.run(change).error).toBe("conflict");
  expect(accounts.run(open(ada, uuid(13))).error).toBe("conflict");
  expect(accounts.run(open(ada, uuid(13), result?.password_changed_at)).error).toBeUndefined();
});

test("a link sets a password once and ends every session", () => {
  const accounts = accountsInMemory();
  accounts.create(ada, "ada");
  accounts.run(open(ada, uuid(10)));
  const token = { purpose: "password_reset" as const, user_id: ada, role: null, expires_at: LATER };
  accounts.run(decideIssueOneTimeToken({ hash: hashOf("older"), token }));
  accounts.run(decideIssueOneTimeToken({ hash: hashOf("link"), token }));
  expect(accounts.run(decideResetPassword(hashOf("older"), ada, "new")).error).toBe("not_found");
  expect(accounts.run(decideResetPassword(hashOf("link"), ada, "new"), LATER).error).toBe(
    "not_found",
  );
  expect(accounts.run(decideResetPassword(hashOf("link"), ada, "new")).result).toMatchObject({
    password_hash: "new",
  });
  expect(accounts.ids("sessions")).toEqual([]);
  expect(accounts.run(decideResetPassword(hashOf("link"), ada, "newer")).error).toBe("not_found");
});

test("disabling ends all sessions and lets none be opened; what changes nothing is no event", () => {
  const accounts = accountsInMemory();
  accounts.create(ada, "ada");
  accounts.run(open(ada, uuid(10)));
  const { events } = accounts.run(
    decideChangeUser({ id: ada, disabled: true, keep_session: uuid(10) }),
  );
  expect(events.at(-1)?.data).toMatchObject({ session_id: uuid(10), reason: "disabled" });
  expect(accounts.run(open(ada, uuid(11))).error).toBe("conflict");
  expect(accounts.run(decideChangeUser({ id: ada, disabled: true })).events).toEqual([]);
});

test("an email address is free again once it was changed; its own in another case is no conflict", () => {
  const accounts = accountsInMemory();
  accounts.create(ada, "ada");
  accounts.create(bob, "bob");
  accounts.run(decideChangeUser({ id: ada, email: "ada@example.org" }));
  expect(
    accounts.run(decideChangeUser({ id: ada, email: "Ada@example.org" })).error,
  ).toBeUndefined();
  expect(accounts.run(decideChangeUser({ id: bob, email: "ada@example.org" })).error).toBe(
    "conflict",
  );
  accounts.run(decideChangeUser({ id: ada, email: null }));
  expect(
    accounts.run(decideChangeUser({ id: bob, email: "ada@example.org" })).error,
  ).toBeUndefined();
  expect(accounts.ids("emails")).toEqual(["ada@example.org"]);
});

const names = ["ada", "Ada", "ADA", "bob", "Bob"];
const step = fc.oneof(
  fc.record({
    kind: fc.constant("create" as const),
    n: fc.nat(4),
    name: fc.constantFrom(...names),
  }),
  fc.record({ kind: fc.constant("erase" as const), n: fc.nat(4), name: fc.constant("") }),
);

test("no two accounts ever share a username, and an erased one's is free", () => {
  fc.assert(
    fc.property(fc.array(step, { maxLength: 40 }), (steps) => {
      const accounts = accountsInMemory();
      const holders = new Map<string, string>();
      for (const { kind, n, name } of steps) {
        const id = uuid(n);
        const held = [...holders].find(([, holder]) => holder === id)?.[0];
        if (kind === "create") {
          const free = held === undefined && !holders.has(name.toLowerCase());
          expect(accounts.create(id, name).error).toBe(free ? undefined : "conflict");
          if (free) holders.set(name.toLowerCase(), id);
        } else {
          expect(accounts.run(eraseAll(id)).error).toBe(
            held === undefined ? "not_found" : undefined,
          );
          if (held !== undefined) holders.delete(held);
        }
        expect(accounts.ids("usernames").toSorted()).toEqual([...holders.keys()].toSorted());
      }
    }),
  );
});

const adminStep = fc.record({
  n: fc.nat(3),
  what: fc.constantFrom("create", "admin", "user", "disable", "enable", "erase", "password"),
});

test("once there is an administrator, one that is not disabled stays", () => {
  fc.assert(
    fc.property(fc.array(adminStep, { maxLength: 60 }), (steps) => {
      const accounts = accountsInMemory();
      accounts.create(uuid(0), "user0", "admin");
      for (const { n, what } of steps) {
        const id = uuid(n);
        const before = activeAdmins(accounts);
        const commands: Record<string, Command<unknown>> = {
          create: decideCreateUser(newUser(id, `user${n}`)),
          admin: decideChangeUser({ id, role: "admin" }),
          user: decideChangeUser({ id, role: "user" }),
          disable: decideChangeUser({ id, disabled: true }),
          enable: decideChangeUser({ id, disabled: false }),
          erase: eraseAll(id),
          password: decideChangeUser({ id, password_hash: what }),
        };
        const { error } = accounts.run(commands[what] ?? eraseAll(id));
        const after = activeAdmins(accounts);
        expect(after.length).toBeGreaterThan(0);
        expect(accounts.documents["account_facts/admins"]?.["ids"]).toEqual(
          expect.arrayContaining(after),
        );
        expect(accounts.documents["account_facts/admins"]?.["ids"]).toHaveLength(after.length);
        // Nothing is refused that may be done.
        const harmful = ["user", "disable", "erase"].includes(what);
        if (harmful && accounts.user(id)) {
          expect(error === "conflict").toBe(before.length === 1 && before[0] === id);
        }
      }
    }),
  );
});

const activeAdmins = (accounts: ReturnType<typeof accountsInMemory>) =>
  accounts.ids("users").filter((id) => {
    const user = accounts.user(id);
    return user?.role === "admin" && !user.disabled;
  });
