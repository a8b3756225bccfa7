import type { Page } from "../pages/define.ts";
import { isSignedIn, may } from "../session/session.ts";

/** Whether the caller may open a page: the same rule for the navigation, the palette and the address. */
export function canSee({ permission }: Page): boolean {
  if (permission === null) return true;
  return permission === "account" ? isSignedIn.value && may("account") : may(permission);
}
