import { setTimeout as delay } from "node:timers/promises";
import { startSecantus } from "../../../tools/secantus/start.ts";
import { openMongoStore } from "../../../services/state/src/store/mongo/mongo-store.ts";
import { openSqliteStore } from "../../../services/state/src/store/sqlite/sqlite-store.ts";
import type { Store } from "../../../services/state/src/store/store.ts";
import type { Section } from "../../src/report/section.ts";
import type { Spread } from "../../src/statistics.ts";
import { show, spreadCells, spreadOf } from "../../src/statistics.ts";
import type { Texts } from "./documents.ts";
import { createTexts, fill, libraryFile } from "./documents.ts";

const AIM_P99_MS = 50;
const PAGE = 50;
const TIMES = 300;
/** Queries of each kind that both stores answer. */
const COMPARED = 10;
const SEED = 1;
/** Two thirds of the files, by any of two values. */
const READER = { reader: ["shared", "public"] };

/** Kinds of queries by name. */
function queriesOf({ words, random }: Texts): ReadonlyMap<string, (n: number) => string> {
  const letters = "etaoinshrdlucmfwypvbgk";
  const common = () => words[Math.floor(30 * random())] ?? "";
  const any = () => words[Math.floor(words.length * random() ** 4)] ?? "";
  const letter = (n: number) => letters[n % letters.length] ?? "";
  return new Map([
    ["one letter", letter],
    ["two letters", () => any().slice(0, 2)],
    ["a common word", common],
    ["a word", any],
    ["a word begun", () => any().slice(0, 4)],
    ["two words", () => `${any()} ${any()}`],
    ["three common words", () => `${common()} ${common()} ${common()}`],
    ["a word and a letter", (n) => `${any()} ${letter(n)}`],
    ["two letters apart", (n) => `${letter(n)} ${letter(n * 7 + 3)}`],
    ["no match", (n) => `zzq${n}`],
    ["all files", () => ""],
  ]);
}

/** The first page, and the one after it. */
async function idsOf(store: Store, text: string): Promise<string[]> {
  const query = { text, values: READER, limit: PAGE };
  const first = await store.search("assets", query);
  const cursor = first.next ?? undefined;
  const second =
    cursor === undefined ? undefined : await store.search("assets", { ...query, cursor });
  return [...first.found, ...(second?.found ?? [])].map(({ id }) => id);
}

/** Searches among files of the library on SQLite, each a page of 50. */
export async function measureSearch(path: string, documents: number): Promise<Section> {
  const texts = createTexts(SEED);
  const store = await openSqliteStore(path);
  try {
    await fill(store, documents, (n) => libraryFile(texts, n));
    const found: { kind: string; times: Spread; cpuMs: number; results: number }[] = [];
    for (const [kind, queryOf] of queriesOf(texts)) {
      const times: number[] = [];
      let results = 0;
      const cpu = process.cpuUsage();
      for (let n = 0; n < TIMES; n += 1) {
        const query = { text: queryOf(n), values: READER, limit: PAGE };
        const from = performance.now();
        const page = await store.search("assets", query);
        times.push(performance.now() - from);
        results += page.found.length;
        // As requests arrive: one after the other, not from within the reply of the last one.
        await delay(0);
      }
      const { user, system } = process.cpuUsage(cpu);
      const cpuMs = (user + system) / 1_000 / TIMES;
      found.push({ kind, times: spreadOf(times), cpuMs, results: results / TIMES });
    }
    return {
      title: `Searches among ${documents} files on SQLite, ${TIMES} of each kind, the first ${PAGE} results`,
      columns: ["query", "p50 ms", "p99 ms", "max ms", "CPU ms", "results"],
      rows: found.map(({ kind, times, cpuMs, results }) => [
        kind,
        ...spreadCells(times),
        show(cpuMs),
        results.toFixed(0),
      ]),
      aims: [
        {
          what: `p99 under ${AIM_P99_MS} ms for every kind`,
          met: found.every(({ times }) => times.p99 < AIM_P99_MS),
        },
      ],
      faults: [],
      raw: found,
    };
  } finally {
    await store.close();
  }
}

/** Whether SQLite and the MongoDB stand-in find the same documents in the same order. */
export async function compareStores(path: string, documents: number): Promise<Section> {
  const server = await startSecantus({ log: console.log });
  const [sqlite, mongo] = [await openSqliteStore(path), await openMongoStore(server.url)];
  try {
    for (const store of [sqlite, mongo]) {
      const texts = createTexts(SEED);
      await fill(store, documents, (n) => libraryFile(texts, n));
    }
    const faults: string[] = [];
    const rows: { kind: string; queries: number; results: number }[] = [];
    for (const [kind, queryOf] of queriesOf(createTexts(SEED + 1))) {
      let results = 0;
      for (let n = 0; n < COMPARED; n += 1) {
        const text = queryOf(n);
        const [one, other] = [await idsOf(sqlite, text), await idsOf(mongo, text)];
        results += one.length;
        if (one.join("\n") !== other.join("\n")) faults.push(`${JSON.stringify(text)} differs`);
      }
      rows.push({ kind, queries: COMPARED, results });
    }
    return {
      title: `The same ids in the same order on SQLite and MongoDB (SecantusDB), ${documents} files, two pages`,
      columns: ["query", "queries", "results compared"],
      rows: rows.map(({ kind, queries, results }) => [kind, String(queries), String(results)]),
      aims: [{ what: "no difference", met: faults.length === 0 }],
      faults,
      raw: rows,
    };
  } finally {
    await sqlite.close();
    await mongo.close();
    await server.close();
  }
}
