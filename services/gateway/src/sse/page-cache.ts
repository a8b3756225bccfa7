import type { Frame } from "./frames.ts";

/** Lifetime of a page: thousands of clients reconnect to a new gateway within seconds. */
const KEEP_MS = 1_000;
/** Reconnecting clients have few different last events. */
const MAX_PAGES = 16;

/** Frames of the log after a sequence; undefined if the log was replaced. */
export type ReadPage = (after: number) => Promise<readonly Frame[] | undefined>;

/**
 * Reads each page of the log once for all clients that need it at about the same time, so that ten thousand reconnecting
 * clients do not cost ten thousand requests to state. A page stays correct, since the log only grows; replays continue
 * from its end.
 */
export function createPageCache(readPage: ReadPage, now: () => number): ReadPage {
  const pages = new Map<number, { readonly readAt: number; readonly page: ReturnType<ReadPage> }>();
  const removeOld = () => {
    // In the order of reading.
    for (const [after, { readAt }] of pages) {
      if (readAt > now() - KEEP_MS && pages.size < MAX_PAGES) return;
      pages.delete(after);
    }
  };
  return (after) => {
    removeOld();
    const known = pages.get(after);
    if (known) return known.page;
    const page = readPage(after);
    pages.set(after, { readAt: now(), page });
    // Failed and empty reads are not cached.
    const remove = () => {
      if (pages.get(after)?.page === page) pages.delete(after);
    };
    page.then((frames) => frames?.length || remove(), remove);
    return page;
  };
}
