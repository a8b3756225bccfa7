import { MAX_PASSWORD_BYTES, MIN_PASSWORD_LENGTH, usernameKey, VegaError } from "@vega/contracts";
import bcrypt from "bcrypt";
import { randomBytes } from "node:crypto";
import type { HashQueue } from "./hash-queue.ts";

/** Hashes and compares. `deadline`: milliseconds since the epoch until which the caller waits. */
export interface Passwords {
  /**
   * The hash of a new password.
   * @throws VegaError `invalid` where it will not do; `rate_limited` where too many wait.
   */
  hash(password: string, username: string, deadline: number): Promise<string>;
  /**
   * Whether a password is that of a hash. Takes as long without a hash as with one: how long an answer takes must not
   * tell whether there is such an account.
   * @throws VegaError `rate_limited` where too many wait.
   */
  matches(password: string, hash: string | null, deadline: number): Promise<boolean>;
}

/** @param cost of bcrypt: 2 to that power are the rounds */
export async function createPasswords(cost: number, queue: HashQueue): Promise<Passwords> {
  const dummy = await bcrypt.hash(randomBytes(32).toString("base64url"), cost);
  return {
    async hash(password, username, deadline) {
      const fault = await passwordFault(password, username);
      if (fault) {
        const details = [{ path: "/password", message: fault }];
        throw new VegaError("invalid", `the password will not do: it ${fault}`, details);
      }
      return queue.run(() => bcrypt.hash(password, cost), deadline);
    },
    async matches(password, hash, deadline) {
      const comparable = hash !== null && isWhole(password);
      const same = await queue.run(
        () => bcrypt.compare(password, comparable ? hash : dummy),
        deadline,
      );
      return comparable && same;
    },
  };
}

/*
 * A password is taken as it was typed. RFC 8265 (OpaqueString) would have it in Unicode's form NFC; but hashes that
 * were imported are of what was typed, which could then match no more, and what keyboards send is NFC.
 */

/** bcrypt looks at 72 bytes and stops at a NUL: what it would cut must match nothing. */
const isWhole = (password: string): boolean =>
  Buffer.byteLength(password) <= MAX_PASSWORD_BYTES && !password.includes("\0");

/** Why a new password will not do, to be read after "it"; undefined where it will. */
export async function passwordFault(
  password: string,
  username: string,
): Promise<string | undefined> {
  if (Array.from(password).length < MIN_PASSWORD_LENGTH) {
    return `needs at least ${MIN_PASSWORD_LENGTH} characters`;
  }
  if (Buffer.byteLength(password) > MAX_PASSWORD_BYTES) {
    return `has more than ${MAX_PASSWORD_BYTES} bytes as UTF-8`;
  }
  if (password.includes("\0")) return "contains a NUL character";
  if (usernameKey(password) === usernameKey(username)) return "is the username";
  const common = await commonPasswords();
  return common.has(password.toLowerCase()) ? "is among the most common ones" : undefined;
}

let loading: Promise<ReadonlySet<string>> | undefined;

/** Loaded when it is first needed: most of a process's life it is not. */
function commonPasswords(): Promise<ReadonlySet<string>> {
  loading ??= import("@zxcvbn-ts/language-common").then(
    ({ dictionary }) => new Set(dictionary["passwords-common"].map((word) => word.toLowerCase())),
  );
  return loading;
}
