import { VegaError, systemContext, users } from "@vega/contracts";
import type { Logger } from "@vega/service-kit";
import { randomInt, randomUUID } from "node:crypto";
import { mkdir, rename, writeFile } from "node:fs/promises";
import { join, resolve } from "node:path";
import type { AccountStore } from "./account-store.ts";
import type { AuthConfig } from "./config.ts";
import type { Passwords } from "./passwords.ts";

const CONTEXT = systemContext("auth");
/** Without l, o, 0 and 1: 24 of these 32 are 120 bits. */
const LETTERS = "abcdefghijkmnpqrstuvwxyz23456789";

const group = () => Array.from({ length: 6 }, () => LETTERS[randomInt(LETTERS.length)]).join("");

/** 24 readable characters in groups of six. */
export function readablePassword(): string {
  return Array.from({ length: 4 }, group).join("-");
}

export interface Bootstrap {
  /** Creates the first administrator if there is no account. Call it again after an error. */
  run(): Promise<void>;
}

/**
 * The first administrator. The password is VEGA_ADMIN_PASSWORD or a generated one, which is written to a file with mode
 * 0600 and not to the log, since logs are shipped and kept.
 */
export function createBootstrap(options: {
  readonly store: AccountStore;
  readonly passwords: Passwords;
  readonly config: Pick<AuthConfig, "admin" | "dataDir">;
  readonly log: Pick<Logger, "info" | "warn" | "error">;
}): Bootstrap {
  const { store, passwords, config, log } = options;
  const { username } = config.admin;
  // Kept across attempts: an attempt whose reply was lost may have created the account.
  const id = randomUUID();
  const password = config.admin.password ?? readablePassword();
  let password_hash: string | undefined;

  return {
    async run() {
      const { users: accounts } = await store.request(
        users.requests.listDocuments,
        { limit: 1 },
        CONTEXT,
      );
      if (accounts.some((account) => account.id !== id)) return;
      password_hash ??= await passwords.hash(password, username, Number.POSITIVE_INFINITY);
      const user = { id, username, email: null, password_hash, role: "admin" as const };
      try {
        const input = { user, by: "first_start" as const, only_if_none: true };
        await store.request(users.requests.createDocument, input, CONTEXT);
      } catch (error) {
        if (!(error instanceof VegaError) || error.code !== "conflict") throw error;
        const { user: ours } = await store.request(users.requests.find, { id }, CONTEXT);
        // Another replica created it and wrote its own password.
        if (!ours) return;
      }
      if (config.admin.password)
        log.info({}, "first administrator created with VEGA_ADMIN_PASSWORD");
      else await handOver(config.dataDir, password, log);
    },
  };
}

/** One level only: Node's recursive mkdir never returns for an impossible path such as /proc/x/y. */
async function makeFolder(folder: string): Promise<void> {
  await mkdir(folder, { mode: 0o700 }).catch((error: NodeJS.ErrnoException) => {
    if (error.code !== "EEXIST") throw error;
  });
}

async function handOver(folder: string, password: string, log: Pick<Logger, "warn" | "error">) {
  const path = join(resolve(folder), "admin-password");
  try {
    await makeFolder(folder);
    // A rename, because an existing file may have another mode.
    await writeFile(`${path}.new`, `${password}\n`, { mode: 0o600, flag: "w" });
    await rename(`${path}.new`, path);
    log.warn({ path }, "first administrator created; delete the file after reading the password");
  } catch (error) {
    log.error(
      { err: error, path },
      "first administrator created, but the password file could not be written; " +
        "run `npm run reset-password -- <username>` for a new password",
    );
  }
}
