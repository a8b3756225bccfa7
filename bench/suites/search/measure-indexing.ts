import { DatabaseSync } from "node:sqlite";
import { openSqliteStore } from "../../../services/state/src/store/sqlite/sqlite-store.ts";
import { bytesInUse } from "../../src/log/database-size.ts";
import type { Section } from "../../src/report/section.ts";
import { show, spreadCells, spreadOf } from "../../src/statistics.ts";
import { commit, createTexts, message } from "./documents.ts";

/**
 * The start on a database of a version without index: the time until every message is found, and commits meanwhile.
 * @param path of a database with messages
 */
export async function measureIndexing(path: string, messages: number): Promise<Section> {
  dropIndexes(path);
  const without = bytesInUse(path);
  const texts = createTexts(3);
  const opening = performance.now();
  const store = await openSqliteStore(path);
  try {
    const openedMs = performance.now() - opening;
    const commits: number[] = [];
    const steps: number[] = [];
    const started = performance.now();
    let isDone = false;
    const commitsMeanwhile = async () => {
      for (let n = messages * 2; !isDone; n += 1) {
        const from = performance.now();
        await commit(store, [message(texts, n, 100)]);
        commits.push(performance.now() - from);
      }
    };
    const indexing = async () => {
      for (let outcome = ""; outcome !== "done";) {
        const from = performance.now();
        outcome = await store.indexOlder();
        steps.push(performance.now() - from);
      }
      isDone = true;
    };
    await Promise.all([indexing(), commitsMeanwhile()]);
    const seconds = (performance.now() - started) / 1_000;
    const { complete } = await store.search("messages", { text: "te", limit: 1 });
    return {
      title: `Indexing of ${messages} messages of an older version on SQLite, with commits meanwhile`,
      columns: ["what", "p50 ms", "p99 ms", "max ms"],
      rows: [
        ["steps", ...spreadCells(spreadOf(steps))],
        ["commits meanwhile", ...spreadCells(spreadOf(commits))],
      ],
      notes: [
        `opened in ${show(openedMs)} ms, complete after ${show(seconds)} s, in ${steps.length} steps`,
        `database without index ${show(without / 1e6)} MB, with it ${show(bytesInUse(path) / 1e6)} MB`,
      ],
      aims: [{ what: "opened in under 5 s", met: openedMs < 5_000 }],
      faults: complete ? [] : ["the index is not complete"],
      raw: { openedMs, seconds, steps, commits, without },
    };
  } finally {
    await store.close();
  }
}

/** Takes the indexes out of a database, so that it is one of an older version. */
function dropIndexes(path: string): void {
  const database = new DatabaseSync(path);
  const tables = database.prepare("SELECT collection FROM search_index").all();
  const drops = tables.map(
    ({ collection }) =>
      `DROP TABLE ${String(collection)}_search; DROP TABLE ${String(collection)}_terms;`,
  );
  database.exec(`${drops.join(" ")} DROP TABLE search_index; VACUUM`);
  database.close();
}
