import type { Permission, PublicUser } from "@vega/contracts";
import { computed, signal } from "@preact/signals";
import { ApiError, get, onUnauthorized, write } from "../api/client.ts";
import { startLive } from "../live/live.ts";

/** The caller as GET /api/auth/me returns it. */
interface Me {
  readonly kind: string;
  readonly user: PublicUser | null;
  readonly permissions: readonly Permission[];
}

/**
 * `starting`: not known yet. `guest`: not signed in; `publicReads` says whether the state can be read without an
 * account. `offline`: the server did not answer.
 */
export type Session =
  | { readonly kind: "starting" }
  | { readonly kind: "offline" }
  | { readonly kind: "guest"; readonly publicReads: boolean; readonly ended: boolean }
  | { readonly kind: "account"; readonly me: Me };

export const session = signal<Session>({ kind: "starting" });

/** When the tokens were issued, milliseconds since the epoch; absent: this browser has no session. */
const ISSUED_KEY = "vega.session";
/** The cookie of a session is valid for a day. */
const RENEW_AFTER_MS = 8 * 3_600_000;

export const user = computed(() =>
  session.value.kind === "account" ? session.value.me.user : null,
);

/** Whether the caller has a permission: what it may not do is not shown. */
export function may(permission: Permission | null): boolean {
  const { value } = session;
  if (value.kind === "account")
    return permission === null || value.me.permissions.includes(permission);
  return value.kind === "guest" && value.publicReads && permission === "read";
}

/** Whether an account is signed in, as opposed to a guest. */
export const isSignedIn = computed(() => session.value.kind === "account");

const LOOKING_KEY = "vega.looking";
/** A guest chose to look around without an account. */
export const isLooking = signal(sessionStorage.getItem(LOOKING_KEY) !== null);
export function lookAround(): void {
  sessionStorage.setItem(LOOKING_KEY, "1");
  isLooking.value = true;
}

const hasPublicReads = async (): Promise<boolean> =>
  get("/api/infinity-loop").then(
    () => true,
    () => false,
  );

async function becomeGuest(ended: boolean): Promise<void> {
  localStorage.removeItem(ISSUED_KEY);
  session.value = { kind: "guest", publicReads: await hasPublicReads(), ended };
  if (session.value.publicReads) startLive();
}

let renewal: Promise<boolean> | undefined;

/** One renewal at a time in all tabs: a refresh token is valid once. Where there are no locks, tabs may conflict. */
function renewOnce(isStale: () => boolean): Promise<boolean> {
  const refresh = async () => {
    if (!isStale()) return true;
    try {
      await fetchRefresh();
      localStorage.setItem(ISSUED_KEY, String(Date.now()));
      return true;
    } catch {
      return false;
    }
  };
  renewal ??= (
    navigator.locks ? navigator.locks.request("vega-session", refresh) : refresh()
  ).finally(() => {
    renewal = undefined;
  });
  return renewal;
}

async function fetchRefresh(): Promise<void> {
  const response = await fetch("/api/auth/refresh", { method: "POST" });
  if (!response.ok) throw new Error(`the refresh was refused: ${response.status}`);
}

const issuedAt = (): number => Number(localStorage.getItem(ISSUED_KEY) ?? 0);

onUnauthorized(async () => {
  const before = issuedAt();
  if (before === 0) return false;
  // Another tab may have renewed it meanwhile.
  const isRenewed = await renewOnce(() => issuedAt() === before);
  if (!isRenewed && session.peek().kind === "account") void becomeGuest(true);
  return isRenewed;
});

/** Reads who the caller is. */
export async function startSession(): Promise<void> {
  const issued = issuedAt();
  try {
    if (issued > 0 && Date.now() - issued > RENEW_AFTER_MS) {
      await renewOnce(() => issuedAt() === issued);
    }
    const { body } = await get<Me>("/api/auth/me");
    session.value = { kind: "account", me: body };
    startLive();
  } catch (error) {
    if (error instanceof ApiError && error.code === "offline") session.value = { kind: "offline" };
    else await becomeGuest(issued > 0);
  }
}

/** Throws ApiError. */
export async function signIn(username: string, password: string): Promise<void> {
  await write("POST", "/api/auth/login", { username, password });
  localStorage.setItem(ISSUED_KEY, String(Date.now()));
  await startSession();
}

export async function signOut(): Promise<void> {
  await write("POST", "/api/auth/logout", {}).catch(() => undefined);
  localStorage.removeItem(ISSUED_KEY);
  // A full load forgets everything that the account was shown.
  location.assign("/console/sign-in");
}
