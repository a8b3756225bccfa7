import type { Frame } from "./frames.ts";

/** How long a page is kept: thousands of clients that come back to a new gateway do so within seconds. */
const KEEP_MS = 1_000;
/** They were told different last events, but not many. */
const MAX_PAGES = 16;

/** Frames after a sequence out of the log; undefined where the log is another one by now. */
export type ReadPage = (after: number) => Promise<readonly Frame[] | undefined>;

/**
 * Reads each page of the log once for all clients that want it at about the same time: each reading it for itself, ten
 * thousand that come back to a gateway with an empty ring were ten thousand questions to state. A page that is some
 * moments old is a beginning of what is there now, since the log only grows; whoever has read it goes on from its end.
 */
export function createPageCache(readPage: ReadPage, now: () => number): ReadPage {
  const pages = new Map<number, { readonly readAt: number; readonly page: ReturnType<ReadPage> }>();
  const forgetOld = () => {
    // In the order of their reading.
    for (const [after, { readAt }] of pages) {
      if (readAt > now() - KEEP_MS && pages.size < MAX_PAGES) return;
      pages.delete(after);
    }
  };
  return (after) => {
    forgetOld();
    const known = pages.get(after);
    if (known) return known.page;
    const page = readPage(after);
    pages.set(after, { readAt: now(), page });
    // What failed is tried again for the next one; so is what tells nothing.
    const forget = () => {
      if (pages.get(after)?.page === page) pages.delete(after);
    };
    page.then((frames) => frames?.length || forget(), forget);
    return page;
  };
}
