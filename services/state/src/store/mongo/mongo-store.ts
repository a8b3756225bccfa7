import type { Store } from "../store.ts";

/** Placeholder that the adapter's author replaces. */
export function openMongoStore(_url: string): Promise<Store> {
  throw new Error("not yet");
}
