import { OperatorError } from "@vega/supervisor/operator-error";
import { defineCommand } from "../command.ts";
import type { RunningPlatform } from "../running-platform.ts";

export const resetPassword = defineCommand({
  name: "reset-password",
  summary: "Print a one-time link to set a new password for an account",
  details: "The platform must be running.",
  arguments: { username: "the account" },
  examples: ["./vega reset-password ada"],
  async run({ arguments: { username } }, { root, print }) {
    const { loadEnvironment } = await import("@vega/supervisor/environment");
    const { findRunning } = await import("../running-platform.ts");
    const platform = findRunning(root);
    const id = await findAccount(platform, username);
    const reply = await platform.send("POST", `/api/admin/users/${id}/password-reset`);
    const { token, expires_at } = reply as { token: string; expires_at: string };
    const base = (loadEnvironment(root).VEGA_PUBLIC_URL ?? platform.url).replace(/\/+$/, "");
    print(`vega: one-time link, valid until ${expires_at}:\n${base}/reset#token=${token}`);
  },
});

interface Page {
  readonly users: readonly { readonly id: string; readonly username: string }[];
  readonly next_after: string | null;
}

/** The service compares usernames the same way: case and Unicode form do not matter. */
const keyOf = (username: string) => username.normalize("NFKC").toLowerCase();

async function findAccount(platform: RunningPlatform, username: string): Promise<string> {
  let path = "/api/admin/users?limit=200";
  for (;;) {
    const page = (await platform.send("GET", path)) as Page;
    const match = page.users.find((user) => keyOf(user.username) === keyOf(username));
    if (match) return match.id;
    if (page.next_after === null) throw new OperatorError(`account not found: ${username}`);
    path = `/api/admin/users?limit=200&after=${page.next_after}`;
  }
}
