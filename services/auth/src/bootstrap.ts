import { VegaError, systemContext, users as usersContract } from "@vega/contracts";
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
  /** Makes the first administrator where there is no account. To be called again when it throws. */
  run(): Promise<void>;
}

/**
 * The first administrator. Its password is VEGA_ADMIN_PASSWORD or a generated one, which goes into a file of its
 * owner alone, not into the log: logs are shipped and kept. Should the file be lost, `npm run reset-password` helps.
 */
export function createBootstrap(options: {
  readonly store: AccountStore;
  readonly passwords: Passwords;
  readonly config: Pick<AuthConfig, "admin" | "dataDir">;
  readonly log: Pick<Logger, "info" | "warn" | "error">;
}): Bootstrap {
  const { store, passwords, config, log } = options;
  const { username } = config.admin;
  // Kept over attempts: one whose answer was lost may have made the account.
  const id = randomUUID();
  const password = config.admin.password ?? readablePassword();
  let password_hash: string | undefined;

  return {
    async run() {
      const { users } = await store.request(
        usersContract.requests.listDocuments,
        { limit: 1 },
        CONTEXT,
      );
      if (users.some((user) => user.id !== id)) return;
      password_hash ??= await passwords.hash(password, username, Number.POSITIVE_INFINITY);
      const user = { id, username, email: null, password_hash, role: "admin" as const };
      try {
        const input = { user, by: "first_start" as const, only_if_none: true };
        await store.request(usersContract.requests.createDocument, input, CONTEXT);
      } catch (error) {
        if (!(error instanceof VegaError) || error.code !== "conflict") throw error;
        const { user: ours } = await store.request(usersContract.requests.find, { id }, CONTEXT);
        // Another replica was first: it has the password.
        if (!ours) return;
      }
      if (config.admin.password)
        log.info({}, "made the first administrator, by VEGA_ADMIN_PASSWORD");
      else await handOver(config.dataDir, password, log);
    },
  };
}

/** One step only: Node's own recursive mkdir never returns for a folder that can't be, such as /proc/x/y. */
async function makeFolder(folder: string): Promise<void> {
  await mkdir(folder, { mode: 0o700 }).catch((error: NodeJS.ErrnoException) => {
    if (error.code !== "EEXIST") throw error;
  });
}

async function handOver(folder: string, password: string, log: Pick<Logger, "warn" | "error">) {
  const path = join(resolve(folder), "admin-password");
  try {
    await makeFolder(folder);
    // Renamed into place: an older file of that name may have another mode.
    await writeFile(`${path}.new`, `${password}\n`, { mode: 0o600, flag: "w" });
    await rename(`${path}.new`, path);
    log.warn(
      { path },
      "made the first administrator; delete the file once you have read its password",
    );
  } catch (error) {
    log.error(
      { err: error, path },
      "made the first administrator, but its password could not be written; " +
        "`npm run reset-password -- <username>` makes a link for another one",
    );
  }
}
