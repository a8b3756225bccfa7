import type { LogEntry } from "./store.ts";

/** The subject of an erased entry; no filter matches it. */
export const ERASED = "erased";

/** The entry without its content. Sequence, type, time, digest and hashes stay, so the chain still verifies. */
export function eraseContent(entry: LogEntry): LogEntry {
  const { origin: _origin, ...rest } = entry;
  return {
    ...rest,
    subject: ERASED,
    context: { actor: { id: ERASED } },
    data: null,
    salt: "",
    erased: true,
  };
}

/** The entry without its origin. Those from before there were accounts have it in their context, where it stays. */
export function eraseOrigin(entry: LogEntry): LogEntry {
  const { origin: _origin, ...rest } = entry;
  return rest;
}
