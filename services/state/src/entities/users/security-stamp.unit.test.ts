import fc from "fast-check";
import { beforeEach, describe, expect, test } from "vitest";
import { NOW } from "../../log/decision-testing.ts";
import { decideIssueOneTimeToken } from "../one-time-tokens/commands.ts";
import { accountsInMemory, eraseAll, hashOf, LATER, newUser, uuid } from "./testing.ts";
import { decideChangeUser, decideCreateUser, decideResetPassword } from "./commands.ts";

/* Invitations and reset links end with the authority of the account that issued them. */

const [ada, bob, root, invited] = [uuid(1), uuid(2), uuid(3), uuid(4)];
const LINK = hashOf("link");
/** After every change of a test, and before its links expire. */
const SOON = "2026-02-01T00:00:00.000Z";

let accounts: ReturnType<typeof accountsInMemory>;
beforeEach(() => {
  accounts = accountsInMemory();
  accounts.create(ada, "ada", "admin");
  accounts.create(bob, "bob");
  accounts.create(root, "root", "admin");
});

const invite = (issued_by: string | null, hash = LINK) =>
  accounts.run(
    decideIssueOneTimeToken({
      hash,
      token: { purpose: "invite", user_id: null, role: "admin", expires_at: LATER },
      issued_by,
    }),
  );
const link = (user_id: string, issued_by: string | null, hash = LINK) =>
  accounts.run(
    decideIssueOneTimeToken({
      hash,
      token: { purpose: "password_reset", user_id, role: null, expires_at: LATER },
      issued_by,
    }),
  );
const register = (issuer?: string) =>
  accounts.run(
    decideCreateUser({ ...newUser(invited, "invited"), by: "invite", invite: LINK }, issuer),
    SOON,
  );
const reset = (userId: string, issuer?: string) =>
  accounts.run(decideResetPassword(LINK, userId, "bcrypt of the link", issuer), SOON);

const change = (more: Omit<Parameters<typeof decideChangeUser>[0], "id">) => () =>
  accounts.run(decideChangeUser({ id: ada, ...more }));
const byLink = () => {
  link(ada, root, hashOf("another link"));
  return accounts.run(decideResetPassword(hashOf("another link"), ada, "bcrypt 2", root));
};

/** Every way in which authority of ada ends. */
const ENDS: readonly [string, readonly (() => { error: unknown })[]][] = [
  ["disabled", [change({ disabled: true })]],
  ["disabled, then enabled", [change({ disabled: true }), change({ disabled: false })]],
  ["demoted", [change({ role: "operator" })]],
  ["demoted, then promoted", [change({ role: "viewer" }), change({ role: "admin" })]],
  ["given another password", [change({ password_hash: "bcrypt 2" })]],
  ["given another password by a link", [byLink]],
  ["disabled and demoted at once", [change({ disabled: true, role: "user" })]],
  ["erased", [() => accounts.run(eraseAll(ada))]],
];

const KINDS: readonly [string, () => { error: unknown }, () => { error: unknown }][] = [
  ["an invitation", () => invite(ada), () => register(ada)],
  ["a reset link for another", () => link(bob, ada), () => reset(bob, ada)],
  ["a reset link for oneself", () => link(ada, ada), () => reset(ada, ada)],
];

describe.each(KINDS)("%s", (_kind, issue, redeem) => {
  test("is redeemed once while the issuer keeps its authority", () => {
    expect(issue().error).toBeUndefined();
    expect(redeem().error).toBeUndefined();
    expect(redeem().error).toBe("not_found");
  });

  test.each(ENDS)("is void once its issuer is %s", (_how, steps) => {
    expect(issue().error).toBeUndefined();
    for (const step of steps) expect(step().error).toBeUndefined();
    const before = structuredClone(accounts.documents);
    expect(redeem().error).toBe("not_found");
    expect(accounts.documents).toEqual(before);
  });

  test("stays valid when another account loses its authority", () => {
    issue();
    accounts.run(decideChangeUser({ id: root, disabled: true }));
    expect(redeem().error).toBeUndefined();
  });

  test("is issued with the present stamp, also after several ends", () => {
    for (const disabled of [true, false, true, false]) change({ disabled })();
    change({ password_hash: "bcrypt 2" })();
    expect(issue().error).toBeUndefined();
    expect(redeem().error).toBeUndefined();
  });
});

describe.each(KINDS.slice(0, 2))("%s", (_kind, issue, redeem) => {
  test.each([
    ["another email address", change({ email: "ada@example.org" })],
    ["the same role", change({ role: "admin" })],
    ["no change", change({ disabled: false })],
  ])("stays valid when its issuer gets %s", (_what, step) => {
    issue();
    expect(step().error).toBeUndefined();
    expect(redeem().error).toBeUndefined();
  });
});

test.each([
  ["another email address", { email: "bob@example.org" }],
  ["another password", { password_hash: "bcrypt 2" }],
  ["disabled", { disabled: true }],
])("a reset link ends when the account it is for gets: %s", (_what, more) => {
  for (const issuer of [undefined, ada, bob]) {
    link(bob, issuer ?? null);
    expect(accounts.run(decideChangeUser({ id: bob, ...more })).error).toBeUndefined();
    expect(reset(bob, issuer).error).toBe("not_found");
    expect(accounts.ids("one_time_tokens")).toEqual([]);
    accounts.run(
      decideChangeUser({ id: bob, disabled: false, email: null, password_hash: "bcrypt" }),
    );
  }
});

test("links of the admin token stay valid, whichever account loses its authority", () => {
  for (const [, steps] of ENDS.slice(0, -1)) {
    invite(null);
    for (const step of steps) step();
    expect(register().error).toBeUndefined();
    accounts.run(eraseAll(invited));
    link(bob, null);
    for (const step of steps) step();
    expect(reset(bob).error).toBeUndefined();
  }
});

test("documents of older versions: without a stamp the initial one holds, without an issuer none is checked", () => {
  const old = { role: "operator", created_at: NOW, expires_at: LATER };
  accounts.documents[`one_time_tokens/${LINK}`] = { ...old, purpose: "invite", user_id: null };
  change({ disabled: true })();
  expect(register().result).toMatchObject({ role: "operator" });
  expect(accounts.user(bob)).not.toHaveProperty("security_stamp");
  accounts.run(decideChangeUser({ id: bob, role: "admin" }));
  invite(bob, hashOf("of bob"));
  expect(accounts.documents[`one_time_tokens/${hashOf("of bob")}`]).toMatchObject({
    issued_by: { user_id: bob, security_stamp: accounts.user(bob)?.created_at },
  });
});

test.each(ENDS.filter(([how]) => !how.includes("then") && !how.includes("password")))(
  "a request that comes after its issuer was %s issues nothing",
  (_how, steps) => {
    for (const step of steps) step();
    expect(invite(ada).error).toBe("forbidden");
    expect(link(bob, ada).error).toBe("forbidden");
    expect(accounts.ids("one_time_tokens")).toEqual([]);
  },
);

test("one's own reset link needs no administrator, a link for another does", () => {
  expect(link(bob, bob).error).toBeUndefined();
  expect(link(ada, bob).error).toBe("forbidden");
  expect(invite(bob).error).toBe("forbidden");
});

test("a link that was stored after its redemption was prepared is not found", () => {
  invite(ada);
  expect(register().error).toBe("not_found");
  link(bob, ada);
  expect(reset(bob).error).toBe("not_found");
  expect(reset(bob, root).error).toBe("not_found");
});

test("property: stamps of an account only grow, and change exactly when authority ends", () => {
  const step = fc.constantFrom("disable", "enable", "viewer", "operator", "admin", "password");
  fc.assert(
    fc.property(fc.array(step, { maxLength: 30 }), (steps) => {
      accounts.run(decideChangeUser({ id: ada, role: "admin", disabled: false }));
      steps.forEach((what, n) => {
        const before = accounts.user(ada);
        const role = what === "viewer" || what === "operator" || what === "admin" ? what : null;
        change({
          ...(what === "disable" && { disabled: true }),
          ...(what === "enable" && { disabled: false }),
          ...(what === "password" && { password_hash: `bcrypt ${n}` }),
          ...(role && { role }),
        })();
        const after = accounts.user(ada);
        const rank = ["viewer", "user", "operator", "admin"];
        const ended =
          what === "password" ||
          (what === "disable" && before?.disabled === false) ||
          (role !== null && rank.indexOf(role) < rank.indexOf(before?.role ?? ""));
        const [was, is] = [before?.security_stamp ?? NOW, after?.security_stamp ?? NOW];
        if (ended) expect(is > was).toBe(true);
        else expect(is).toBe(was);
      });
    }),
  );
});
