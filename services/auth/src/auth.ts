import type { RequestContext, User } from "@vega/contracts";
import { publicUserSchema, userIdSchema } from "@vega/contracts";
import type { Logger } from "@vega/service-kit";
import type { AccountStore } from "./account-store.ts";
import type { AuthConfig } from "./config.ts";
import type { LoginRecorder } from "./login-recorder.ts";
import type { Mailer } from "./mail.ts";
import type { Passwords } from "./passwords.ts";
import type { SigningKeys } from "./signing-keys.ts";
import type { Throttle } from "./throttle.ts";

/** Dependencies of the request handlers. */
export interface Auth {
  readonly config: Pick<AuthConfig, "registration" | "sessionDays">;
  readonly log: Pick<Logger, "warn">;
  readonly store: AccountStore;
  readonly passwords: Passwords;
  readonly keys: SigningKeys;
  readonly notes: LoginRecorder;
  /** Undefined: no mail is sent. */
  readonly mailer: Mailer | undefined;
  readonly throttles: {
    /** Password attempts. */
    readonly passwords: Throttle;
    /** Registrations and uses of a link, by address. */
    readonly links: Throttle;
    /** Requests for a password reset, by address and by account. */
    readonly mails: Throttle;
  };
  /** Milliseconds since the epoch. */
  readonly now: () => number;
  /** Monotonic clock, milliseconds. */
  readonly elapsed: () => number;
  /** Runs work that continues after the reply; its errors are logged. */
  readonly background: (work: () => Promise<void>) => void;
}

/** The public part of an account. */
export const publicUser = (user: User) => publicUserSchema.parse(user);

/** The request context with the authenticated account as the actor. */
export const actingAs = (context: RequestContext, userId: string): RequestContext => ({
  ...context,
  actor: { ...context.actor, id: userId },
});

/** The account that a request acts for; null for the admin token. */
export const accountOf = ({ actor }: RequestContext): string | null =>
  userIdSchema.safeParse(actor.id).data ?? null;

export const timeAfterMs = (now: number, ms: number): string => new Date(now + ms).toISOString();
