import type { MemoryEntry } from "@vega/contracts";
import type { Store } from "../../store/store.ts";
import { isExpired } from "./commands.ts";

/** Bytes of the values of one page, about: a reply has to fit into a message of the bus. */
const PAGE_BYTES = 256 * 1024;
/** Results that are read at once. */
const CHUNK = 50;

interface MemoryQuery {
  readonly text: string;
  readonly cursor?: string | null | undefined;
  readonly limit: number;
}

/** Values of a namespace that match and have not expired. @param now ISO 8601 */
export async function searchMemory(
  store: Pick<Store, "search">,
  namespace: string,
  { text, limit, ...query }: MemoryQuery,
  now: string,
): Promise<{ entries: MemoryEntry[]; next_cursor: string | null; complete: boolean }> {
  const entries: MemoryEntry[] = [];
  let complete = true;
  let bytes = 0;
  let last: string | null = null;
  for (let cursor = query.cursor ?? undefined; ;) {
    const values = { namespace: [namespace] };
    const page = await store.search("memory", { text, values, cursor, limit: CHUNK });
    complete &&= page.complete;
    for (const { body, cursor: place } of page.found) {
      if (isExpired(body, now)) continue;
      const isFull =
        entries.length === limit || (entries.length > 0 && bytes + body.bytes > PAGE_BYTES);
      if (isFull) return { entries, next_cursor: last, complete };
      entries.push(body);
      bytes += body.bytes;
      last = place;
    }
    if (page.next === null) return { entries, next_cursor: null, complete };
    cursor = page.next;
  }
}
