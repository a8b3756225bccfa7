import { openSqliteStore } from "../../../services/state/src/store/sqlite/sqlite-store.ts";
import { bytesInUse } from "../../src/log/database-size.ts";
import type { Section } from "../../src/report/section.ts";
import { show, spreadCells, spreadOf } from "../../src/statistics.ts";
import { commit, createTexts, fill, message } from "./documents.ts";

const TIMES = 500;
/** Words of a short message and of a long completion. */
const LENGTHS = [100, 600];

/**
 * What the index adds to the commit of a message, among many: commits of messages with and without an entry in turn.
 * A message under way has none, and the same size otherwise.
 */
export async function measureCommits(path: string, messages: number): Promise<Section> {
  const texts = createTexts(2);
  const store = await openSqliteStore(path);
  try {
    await fill(store, messages, (n) => message(texts, n, 100));
    const bytes = bytesInUse(path) / messages;
    const raw: { words: number; kind: string; times: number[] }[] = [];
    let next = messages;
    for (const words of LENGTHS) {
      const kinds = (["streaming", "complete"] as const).map((status) => ({
        status,
        times: [] as number[],
      }));
      for (let n = 0; n < TIMES; n += 1) {
        for (const { status, times } of n % 2 === 0 ? kinds : kinds.toReversed()) {
          const change = message(texts, (next += 1), words, status);
          const from = performance.now();
          await commit(store, [change]);
          times.push(performance.now() - from);
        }
      }
      for (const { status, times } of kinds) {
        raw.push({ words, kind: status === "complete" ? "indexed" : "not indexed", times });
      }
    }
    return {
      title: `Commits of one message among ${messages} on SQLite, with and without index in turn, ${TIMES} each`,
      columns: ["words", "message", "p50 ms", "p99 ms", "max ms"],
      rows: raw.map(({ words, kind, times }) => [
        String(words),
        kind,
        ...spreadCells(spreadOf(times)),
      ]),
      notes: [`${show(bytes)} bytes of the database for a message of 100 words, index included`],
      aims: [],
      faults: [],
      raw: { bytes, commits: raw },
    };
  } finally {
    await store.close();
  }
}
