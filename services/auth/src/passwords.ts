import { MAX_PASSWORD_BYTES, MIN_PASSWORD_LENGTH, usernameKey, VegaError } from "@vega/contracts";
import bcrypt from "bcrypt";
import { randomBytes } from "node:crypto";
import type { HashQueue } from "./hash-queue.ts";

/** Hashes and compares passwords. `deadline`: of the caller, milliseconds since the epoch. */
export interface Passwords {
  /**
   * The hash of a new password.
   * @throws VegaError `invalid` if the policy rejects it; `rate_limited` if the queue is full
   */
  hash(password: string, username: string, deadline: number): Promise<string>;
  /**
   * Whether the password matches the hash. Without a hash it takes as long: the duration must not reveal whether the
   * account exists.
   * @throws VegaError `rate_limited` if the queue is full
   */
  matches(password: string, hash: string | null, deadline: number): Promise<boolean>;
}

/** @param cost bcrypt cost, the base-2 logarithm of the rounds */
export async function createPasswords(cost: number, queue: HashQueue): Promise<Passwords> {
  const dummy = await bcrypt.hash(randomBytes(32).toString("base64url"), cost);
  return {
    async hash(password, username, deadline) {
      const fault = await passwordFault(password, username);
      if (fault) {
        const details = [{ path: "/password", message: fault }];
        throw new VegaError("invalid", `password rejected: it ${fault}`, details);
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
 * Passwords are not normalized. RFC 8265 (OpaqueString) asks for NFC, but imported hashes are of the text as typed and
 * would not match after that; keyboards send NFC anyway.
 */

/** bcrypt reads 72 bytes and stops at a NUL: a password that it would truncate must not match. */
const isWhole = (password: string): boolean =>
  Buffer.byteLength(password) <= MAX_PASSWORD_BYTES && !password.includes("\0");

/** Why the policy rejects a password, as a phrase after "it"; undefined if it does not. */
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

/** Loaded at the first use, because most processes never need it. */
function commonPasswords(): Promise<ReadonlySet<string>> {
  loading ??= import("@zxcvbn-ts/language-common").then(
    ({ dictionary }) => new Set(dictionary["passwords-common"].map((word) => word.toLowerCase())),
  );
  return loading;
}
