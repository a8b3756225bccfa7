// `npm run reset-password -- ada`: makes a link by which the owner of an account sets a new password.
import { join } from "node:path";
import type { Running } from "./running-platform.ts";
import { findRunning, runScript } from "./running-platform.ts";
import { loadEnvironment } from "@vega/supervisor/environment";
import { OperatorError } from "@vega/supervisor/operator-error";

interface Page {
  readonly users: readonly { readonly id: string; readonly username: string }[];
  readonly next_after: string | null;
}

/** As accounts are looked up: `Ada` and `ada`, also in another Unicode form, are one. */
const key = (username: string) => username.normalize("NFKC").toLowerCase();

async function idOf(running: Running, username: string): Promise<string> {
  let path = "/api/admin/users?limit=200";
  for (;;) {
    const page = (await running.send("GET", path)) as Page;
    const found = page.users.find((user) => key(user.username) === key(username));
    if (found) return found.id;
    if (page.next_after === null) throw new OperatorError(`there is no account ${username}`);
    path = `/api/admin/users?limit=200&after=${page.next_after}`;
  }
}

await runScript(async () => {
  const username = process.argv[2];
  if (!username) throw new OperatorError("say whose: npm run reset-password -- <username>");
  const root = join(import.meta.dirname, "../../..");
  const running = findRunning(root);
  const id = await idOf(running, username);
  const answer = await running.send("POST", `/api/admin/users/${id}/password-reset`);
  const { token, expires_at } = answer as { token: string; expires_at: string };
  const base = (loadEnvironment(root).VEGA_PUBLIC_URL ?? running.url).replace(/\/+$/, "");
  console.log(`vega: good once, until ${expires_at}:\n${base}/reset#token=${token}`);
});
