import type { Permission } from "../access/permissions.ts";
import type { JsonObject } from "./json.ts";

/** Recipients of data that belongs to no account. `accounts`: clients that are logged in. */
export type Otherwise = "everyone" | "accounts" | "none";

/** The recipients of an event among the clients that have the permission it requires. */
export type Audience<Data = unknown> =
  | { readonly to: "everyone" | "operators" }
  | {
      readonly to: "account";
      /** Null where the data belongs to no account; `otherwise` has the recipients then. */
      readonly accountOf: (data: Data) => string | null;
      readonly otherwise: (data: Data) => Otherwise;
    };

export const everyone: Audience = { to: "everyone" };

/** Clients with the permission `operate`. */
export const operators: Audience = { to: "operators" };

/** The account that owns the data. Data without an account has no recipient. */
export const account = <Data>(accountOf: (data: Data) => string | null): Audience<Data> => ({
  to: "account",
  accountOf,
  otherwise: () => "none",
});

/** The account that owns the data, or everyone where no account does. */
export const accountOrEveryone = <Data>(accountOf: (data: Data) => string | null): Audience<Data> =>
  accountOr(accountOf, () => "everyone");

/** The account that owns the data, or others that follow from the data where no account does. */
export const accountOr = <Data>(
  accountOf: (data: Data) => string | null,
  otherwise: (data: Data) => Otherwise,
): Audience<Data> => ({ to: "account", accountOf, otherwise });

/** How an event is sent to the clients of GET /api/events. No member has a default. */
export interface Streamed<Data = unknown> {
  readonly audience: Audience<Data>;
  /**
   * The permission of the route that shows the same data; two where the route requires another one for data of an
   * account than for data without one.
   */
  readonly requires: Permission | { readonly account: Permission; readonly everyone: Permission };
  readonly sse: {
    readonly type: string;
    /** `data` of the SSE event, without `type`, `sequence` and `time`. */
    readonly data: (data: Data) => JsonObject;
  };
}

/** An event that GET /api/events does not send. */
export interface NotStreamed {
  readonly sse: null;
  readonly audience?: never;
  readonly requires?: never;
}
