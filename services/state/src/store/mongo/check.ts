import { thinnedSchema } from "@vega/contracts";
import type { Db } from "mongodb";
import type { StoredDocument, StoredEntry } from "./documents.ts";
import { LOG } from "./documents.ts";
import { readHead } from "./snapshot.ts";

/** Entries that are counted at once: few enough for one answer to come well before the socket's timeout. */
const SPAN = 500_000;

/** How many of these sequences, both included, were thinned out. */
function thinnedWithin(stretches: readonly StoredDocument[], from: number, to: number): number {
  const gaps = stretches.flatMap(({ body }) => thinnedSchema.parse(body).gaps);
  return gaps.reduce(
    (sum, gap) => sum + Math.max(0, Math.min(gap.to, to) - Math.max(gap.from, from) + 1),
    0,
  );
}

/**
 * See `Store.check`. Other replicas may commit meanwhile, so the last entry is read before the head, and of the log
 * only what that head covers is looked at.
 */
export async function checkLog(db: Db): Promise<string[]> {
  const log = db.collection<StoredEntry>(LOG);
  const [last] = await log.find().sort({ sequence: -1 }).limit(1).toArray();
  const head = await readHead(db);
  if (!head) return last ? [`the log has entries up to ${last.sequence}, but no head`] : [];

  const faults: string[] = [];
  const stretches = await db.collection<StoredDocument>("log_gaps").find().toArray();
  if (last && last.sequence > head.sequence) {
    faults.push(`the log has entries up to ${last.sequence}, but its head is at ${head.sequence}`);
  }
  for (let after = 0; after < head.sequence; after += SPAN) {
    const until = Math.min(after + SPAN, head.sequence);
    const count = await log.countDocuments({ sequence: { $gt: after, $lte: until } });
    const missing = until - after - count - thinnedWithin(stretches, after + 1, until);
    if (missing > 0) faults.push(`the log lacks ${missing} entries from ${after + 1} to ${until}`);
  }
  const atHead = await log.findOne({ sequence: head.sequence });
  if (atHead && atHead.hash !== head.hash) {
    faults.push(`the log's head has another hash than entry ${head.sequence}`);
  }
  const first = await log.findOne({ sequence: 1 });
  if (first && first._id !== head.logId) {
    faults.push(`the log's head belongs to the log ${head.logId}, its first entry is ${first._id}`);
  }
  return faults;
}
