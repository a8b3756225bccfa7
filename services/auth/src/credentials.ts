import type { User } from "@vega/contracts";
import { VegaError, usernameKey, users } from "@vega/contracts";
import type { Call } from "@vega/messaging";
import { addressKey } from "./address.ts";
import type { Auth } from "./auth.ts";
import type { Admitted, Throttle } from "./throttle.ts";

/** Throws `rate_limited` where a throttle holds a try up; else the try, counted. */
export function admit(throttle: Throttle, account: string, address: string, now: number): Admitted {
  const attempt = throttle.attempt(account, address, now);
  if (attempt.admitted) return attempt;
  const seconds = attempt.retryAfterSeconds;
  throw VegaError.rateLimited(`too many tries; try again in ${seconds} s`, seconds);
}

/** Counts by address alone. */
export function admitAddress(auth: Auth, throttle: Throttle, what: string, call: Call): Admitted {
  const key = `${what} ${addressKey(call.context.actor.address)}`;
  return admit(throttle, key, key, auth.elapsed());
}

/**
 * The account that a query finds, where the password is its own. Counts by the username. Takes as long and says the same whether the account is unknown, is
 * disabled, has no password or another one.
 * @throws VegaError `unauthorized`; `rate_limited`, without a look at the password.
 */
export async function userOfPassword(
  auth: Auth,
  query: { readonly username: string } | { readonly id: string },
  username: string,
  password: string,
  call: Call,
): Promise<User> {
  const { store, throttles, passwords, notes } = auth;
  const address = addressKey(call.context.actor.address);
  let attempt: Admitted;
  try {
    attempt = admit(throttles.passwords, usernameKey(username), address, auth.elapsed());
  } catch (error) {
    // Not looked up whose it is: that would be work for whoever floods us.
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
  throw new VegaError("unauthorized", "the username or the password is not right");
}

/** The account of an id, whose owner proves it by its password. Throws as `userOfPassword` does. */
export async function ownerOf(
  auth: Auth,
  userId: string,
  password: string,
  call: Call,
): Promise<User> {
  const { user } = await auth.store.request(users.requests.find, { id: userId }, call.context);
  if (!user) throw new VegaError("unauthorized", "there is no such account any more");
  return userOfPassword(auth, { id: userId }, user.username, password, call);
}
