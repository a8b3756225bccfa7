import type { CollectionName, CrystalDocuments, MemoryEntry, Moment } from "@vega/contracts";
import {
  VegaError,
  applyChanges,
  changesOf,
  crystal,
  crystalChanges,
  history,
  memory,
  memoryEntrySchema,
  memoryId,
  timeAfter,
  touchesCrystal,
} from "@vega/contracts";
import { isDeepStrictEqual } from "node:util";
import type { Endpoint } from "@vega/messaging";
import { endpoint } from "@vega/messaging";
import type { StateContext } from "../state-context.ts";
import { crystalAt, documentAt, entryAt } from "./as-of.ts";
import { coreHistory } from "./core-history.ts";
import { deadlineCheck, listHistory } from "./list.ts";
import { refuseCompacted } from "../retention/compacted-ranges.ts";
import { writtenAt } from "../clock/clock.ts";
import { isExpired } from "../entities/memory/commands.ts";
import { decideRestoreCrystal } from "../entities/crystal/restore.ts";
import type { LogEntry } from "../store/store.ts";
import { toAuditEntry } from "../entities/audit/endpoints.ts";

/** Entries about a namespace that are looked at for one answer, and how many at once. */
const MAX_LOOKED_AT = 20_000;
const PAGE = 500;
/** By so much a client's clock may be ahead of ours. */
const FUTURE_MS = 60_000;

const ofEntry = ({ sequence, time }: LogEntry) => ({ sequence, time });

/** The state as of any moment, and back to it. */
export function historyEndpoints({ store, writer, timeScale, now }: StateContext): Endpoint[] {
  /** Throws VegaError `not_found` where that has not come yet. */
  const entryUntil = async (moment: Moment): Promise<LogEntry> => {
    const present = now();
    if ("sequence" in moment || moment.at < present) return entryAt(store, moment);
    if (moment.at > timeAfter(present, FUTURE_MS)) {
      throw new VegaError("not_found", `that has not come yet; it is ${present}`);
    }
    // The present is the head, whatever time its entry has.
    return entryAt(store, { sequence: (await store.head())?.sequence ?? 0 });
  };

  /** What a namespace's keys last were until a sequence: newest entries first, the first of each key counts. */
  const memoryAt = async (namespace: string, sequence: number): Promise<LogEntry[]> => {
    const last = new Map<string, LogEntry>();
    let looked = 0;
    for (let before = sequence + 1; ;) {
      const subjectPrefix = `memory/${memoryId(namespace, "")}`;
      const page = await store.queryLog({ subjectPrefix, before, limit: PAGE });
      for (const entry of page) if (!last.has(entry.subject)) last.set(entry.subject, entry);
      const oldest = page.at(-1);
      if (!oldest || page.length < PAGE) return [...last.values()];
      if ((looked += page.length) >= MAX_LOOKED_AT) {
        throw new VegaError(
          "too_large",
          "this namespace has too long a history to be put together",
        );
      }
      before = oldest.sequence;
    }
  };

  const documentsOf = async (entry: LogEntry) => {
    const changed = changesOf(entry).filter((change) => touchesCrystal(change));
    const before: CrystalDocuments = new Map();
    let before_known = true;
    if (changed.length > 0 && entry.sequence > 1) {
      try {
        applyChanges(before, crystalChanges(await crystalAt(store, entry.sequence - 1)));
      } catch (error) {
        if (!(error instanceof VegaError) || error.code !== "gone") throw error;
        before_known = false;
      }
    }
    const documents = changed
      .map(({ collection, id, body }) => ({
        document: `${collection}/${id}`,
        before: before.get(`${collection}/${id}`) ?? null,
        after: body,
      }))
      // An entry may hold the whole crystal and change a part of it.
      .filter((one) => !before_known || !isDeepStrictEqual(one.before, one.after));
    return { documents: [...documents, ...(await wholeOf(entry))], before_known };
  };

  /** A document before and after an entry, where the previous entry about it has the whole document. */
  const wholeOf = async (entry: LogEntry) => {
    const changed = changesOf(entry).find(({ collection }) => WHOLE.has(collection));
    if (!changed) return [];
    const before = await documentAt(store, changed, entry.sequence - 1);
    return [{ document: entry.subject, before: before ?? null, after: changed.body }];
  };

  return [
    endpoint(crystal.requests.getAt, async ({ moment }) => {
      const entry = await entryUntil(moment);
      const earlier = await crystalAt(store, entry.sequence);
      return { sequence: writer.head().sequence, of: ofEntry(entry), crystal: earlier };
    }),
    endpoint(memory.requests.listAt, async ({ namespace, moment }) => {
      const entry = await entryUntil(moment);
      const at = "at" in moment ? moment.at : writtenAt(entry);
      const entries = (await memoryAt(namespace, entry.sequence))
        .flatMap(rememberedBy)
        .filter((value) => !isExpired(value, at))
        .toSorted((a, b) => (a.key < b.key ? -1 : 1));
      return { sequence: writer.head().sequence, of: ofEntry(entry), entries };
    }),
    endpoint(history.requests.get, async ({ sequence }) => {
      const [entry] = await store.readLog({ after: sequence - 1, limit: 1 });
      if (entry?.sequence !== sequence) {
        await refuseCompacted(store, sequence);
        throw new VegaError("not_found", `there is no entry ${sequence}`);
      }
      const changes = await documentsOf(entry);
      return { sequence: writer.head().sequence, entry: toAuditEntry(entry), ...changes };
    }),
    endpoint(history.requests.list, (query, { deadline }) =>
      listHistory(store, query, now(), deadlineCheck(deadline)),
    ),
    endpoint(history.requests.listCorePower, async ({ to: asked, ...wanted }, { deadline }) => {
      const to = asked && "at" in asked && asked.at >= now() ? undefined : asked;
      const found = await coreHistory(store, { ...wanted, to }, deadlineCheck(deadline));
      return { sequence: writer.head().sequence, ...found };
    }),
    endpoint(
      crystal.requests.restore,
      async ({ moment, parts, dry_run }, { context, deadline }) => {
        const entry = await entryUntil(moment);
        const earlier = await crystalAt(store, entry.sequence);
        const command = decideRestoreCrystal({
          of: entry.sequence,
          earlier,
          parts,
          dryRun: dry_run,
          timeScale,
        });
        const { result, sequence } = await writer.submit(command, context, deadline);
        return { sequence, of: ofEntry(entry), ...result };
      },
    ),
  ];
}

/** Collections whose entries each have the whole of one document. */
const WHOLE: ReadonlySet<string> = new Set<CollectionName>(["memory", "shared_preferences"]);

/** None where the entry deleted the value, or its content was erased. */
function rememberedBy(entry: LogEntry): MemoryEntry[] {
  if (entry.type !== memory.events.changed.type || entry.data === null) return [];
  return [memoryEntrySchema.parse(entry.data)];
}
