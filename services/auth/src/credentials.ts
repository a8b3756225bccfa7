import type { User } from "@vega/contracts";
import { VegaError, usernameKey, users } from "@vega/contracts";
import type { RequestMeta } from "@vega/messaging";
import { addressKey } from "./address.ts";
import type { Auth } from "./auth.ts";
import type { Admitted, Throttle } from "./throttle.ts";

/** @throws VegaError `rate_limited` where the throttle delays the attempt */
export function admit(throttle: Throttle, account: string, address: string, now: number): Admitted {
  const attempt = throttle.attempt(account, address, now);
  if (attempt.admitted) return attempt;
  const seconds = attempt.retryAfterSeconds;
  throw VegaError.rateLimited(`too many attempts; try again in ${seconds} s`, seconds);
}

/** Throttles by address only. */
export function admitAddress(
  auth: Auth,
  throttle: Throttle,
  what: string,
  call: RequestMeta,
): Admitted {
  const key = `${what} ${addressKey(call.context.actor.address)}`;
  return admit(throttle, key, key, auth.elapsed());
}

/**
 * Returns the account if the password is correct. Throttles by username and address. The duration and the error are the
 * same for an unknown account, a disabled one, one without a password and a wrong password.
 * @throws VegaError `unauthorized`; `rate_limited` without checking the password
 */
export async function userOfPassword(
  auth: Auth,
  query: { readonly username: string } | { readonly id: string },
  username: string,
  password: string,
  call: RequestMeta,
): Promise<User> {
  const { store, throttles, passwords, notes } = auth;
  const address = addressKey(call.context.actor.address);
  let attempt: Admitted;
  try {
    attempt = admit(throttles.passwords, usernameKey(username), address, auth.elapsed());
  } catch (error) {
    // The account is not looked up: throttled attempts must cost no request to state.
    notes.add({ user_id: "id" in query ? query.id : null, reason: "throttled" }, call.context);
    throw error;
  }
  let user: User | null;
  let right: boolean;
  try {
    ({ user } = await store.request(users.requests.find, query, call.context));
    const hash = user && !user.disabled ? user.password_hash : null;
    right = await passwords.matches(password, hash, call.deadline);
  } catch (error) {
    attempt.undone();
    throw error;
  }
  if (user && right) {
    attempt.succeeded();
    return user;
  }
  const reason = !user ? "unknown" : user.disabled ? "disabled" : "password";
  notes.add({ user_id: user?.id ?? null, reason }, call.context);
  throw new VegaError("unauthorized", "invalid username or password");
}

/** Returns the account with this id if the password is correct. Errors as for `userOfPassword`. */
export async function ownerOf(
  auth: Auth,
  userId: string,
  password: string,
  call: RequestMeta,
): Promise<User> {
  const { user } = await auth.store.request(users.requests.find, { id: userId }, call.context);
  if (!user) throw new VegaError("unauthorized", "account not found");
  return userOfPassword(auth, { id: userId }, user.username, password, call);
}
