import type { Permission } from "@vega/contracts";
import { PERMISSIONS } from "@vega/contracts";
import type { Recipients } from "./event-data.ts";
import { SSE_TYPES } from "./event-data.ts";

/*
 * The check whether a client receives a frame runs for each client and event, so it compares numbers only: types are
 * indexes into an array, permissions are bits.
 */

/** The requested SSE types: true at the index of each. Index 0 stands for no type. */
export type TypeFilter = readonly boolean[];

/** The requested types of a client, its permissions and its account. */
export interface Subscription {
  readonly types: TypeFilter;
  /** Bits of its permissions. */
  readonly permissions: number;
  /** Its account; null for a client without one. */
  readonly account: string | null;
}

/** The type and the recipients of a frame. */
export interface Address {
  /** Index of the SSE type; 0 for a frame that no client receives. */
  readonly type: number;
  /** Bits of the permissions that a recipient has, all of them. */
  readonly requires: number;
  /** The only account that receives it; null: no account in particular. */
  readonly account: string | null;
}

export const hasRecipient = ({ type, requires, account }: Address, client: Subscription): boolean =>
  client.types[type] === true &&
  (requires & ~client.permissions) === 0 &&
  (account === null || account === client.account);

const TYPE_INDEX: ReadonlyMap<string, number> = new Map(
  SSE_TYPES.map((type, index) => [type, index + 1]),
);

/** Lets every type pass. */
export const ALL_TYPES: TypeFilter = [false, ...SSE_TYPES.map(() => true)];

/** Lets these types pass; or the first name that is not a type. */
export function filterOf(types: readonly string[]): { filter: TypeFilter } | { unknown: string } {
  const filter = ALL_TYPES.map(() => false);
  for (const type of types) {
    const index = TYPE_INDEX.get(type);
    if (index === undefined) return { unknown: type };
    filter[index] = true;
  }
  return { filter };
}

const LOGGED_IN = 1 << PERMISSIONS.length;

/**
 * A bit for each permission, and one for clients that are logged in. There are fewer than the 31 bits that a number has
 * for this.
 */
export const permissionBits = (permissions: readonly Permission[], loggedIn: boolean): number =>
  permissions.reduce(
    (bits, permission) => bits | (1 << PERMISSIONS.indexOf(permission)),
    loggedIn ? LOGGED_IN : 0,
  );

export const NO_RECIPIENT: Address = { type: 0, requires: 0, account: null };

export const addressOf = ({
  type,
  requires,
  account,
  loggedIn = false,
}: Recipients & { type: string }): Address => ({
  type: TYPE_INDEX.get(type) ?? 0,
  requires: permissionBits(requires, loggedIn),
  account,
});
