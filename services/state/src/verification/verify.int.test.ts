import { users } from "@vega/contracts";
import { execFile } from "node:child_process";
import { randomUUID } from "node:crypto";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { promisify } from "node:util";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { verifyLog } from "./verify-log.ts";
import { partOrigin } from "../log/chain.ts";
import { batchOf, entryAfter } from "../store/contract/fixtures.ts";
import { eraseContent } from "../store/erase.ts";
import { openSqliteStore } from "../store/sqlite/sqlite-store.ts";
import type { LogEntry, Store } from "../store/store.ts";
import { VerificationError, verifyDatabase } from "./verify.ts";

const USER = randomUUID();
const LENGTH = 12;

let folder: string;
let path: string;
let entries: LogEntry[];
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "vega-verify-"));
  path = join(folder, "vega.db");
  await write(async (store) => {
    entries = [];
    for (let n = 1; n <= LENGTH; n += 1) {
      const { context, origin } = partOrigin(
        { actor: { id: USER, address: "192.0.2.7" }, request_id: `r${n}` },
        `origin ${n}`,
      );
      entries.push(entryAfter(entries.at(-1), { n }, { context, origin }));
    }
    await store.commit(batchOf(entries));
  });
});
afterEach(() => rm(folder, { recursive: true }));

async function write(work: (store: Store) => Promise<unknown>): Promise<void> {
  const store = await openSqliteStore(path);
  await work(store);
  await store.close();
}

/** What anybody with the file can do. */
function tamper(sql: string, ...values: (string | number)[]): void {
  const database = new DatabaseSync(path);
  database.prepare(sql).run(...values);
  database.close();
}

const replace = (sequence: number, change: (entry: string) => string) =>
  tamper(
    "UPDATE log SET entry = ? WHERE sequence = ?",
    change(JSON.stringify(entries[sequence - 1])),
    sequence,
  );

const verify = (...anchors: { sequence: number; hash: string }[]) =>
  verifyDatabase({ kind: "sqlite", folder }, anchors);
const head = () => ({ sequence: LENGTH, hash: entries.at(-1)?.hash ?? "" });

/** An entry that tells of an erasure, and the erasure itself. */
const eraseWith = (data: { user_id: string; erased: number[] }, originErased: number[]) =>
  write(async (store) => {
    const told = entryAfter(await store.head(), data, { type: users.events.erased.type });
    await store.commit({ ...batchOf([told]), erased: data.erased, originErased });
  });

test("an unmodified log is valid", async () => {
  expect(await verify()).toEqual({
    sound: true,
    entries: LENGTH,
    erased: 0,
    thinned: 0,
    gaps: [],
    head: head(),
  });
  expect(await verify(head(), { sequence: 3, hash: entries[2]?.hash ?? "" })).toMatchObject({
    sound: true,
  });
});

test("a log is verified while the platform writes to it", async () => {
  await write(async (store) => {
    expect(await verify()).toMatchObject({ entries: LENGTH });
    await store.commit(batchOf([entryAfter(await store.head())]));
    expect(await verify(head())).toMatchObject({ sound: true, entries: LENGTH + 1 });
  });
});

test("any byte of an entry that is changed is found, at exactly that entry", async () => {
  const text = JSON.stringify(entries[1]);
  const database = new DatabaseSync(path);
  // Hundreds of walks, so over a short log and without fsync.
  database.exec("PRAGMA synchronous = OFF; DELETE FROM log WHERE sequence > 3");
  // The index would refuse what is no JSON; who forges an entry can take it away.
  database.exec("DROP INDEX log_actor");
  const put = database.prepare("UPDATE log SET entry = ? WHERE sequence = 2");
  const store = await openSqliteStore(path, "read");
  const missed: string[] = [];
  for (let at = 0; at < text.length; at += 1) {
    const changed = String.fromCodePoint((text.codePointAt(at) ?? 0) ^ 1);
    const other = text.slice(0, at) + changed + text.slice(at + 1);
    put.run(other);
    const found = await verifyLog(store);
    if (found.sound || found.sequence !== 2) missed.push(`${other}: ${JSON.stringify(found)}`);
  }
  await store.close();
  database.close();
  expect(missed).toEqual([]);
});

describe("tampering is detected", () => {
  const faultAt = async (sequence: number | undefined, reason: RegExp) =>
    expect(await verify()).toEqual({
      sound: false,
      sequence,
      reason: expect.stringMatching(reason),
    });

  test("an entry was taken out", async () => {
    tamper("DELETE FROM log WHERE sequence = 5");
    await faultAt(5, /missing/);
  });

  test("the first entry was exchanged", async () => {
    replace(1, (entry) => entry.replace('"n":1', '"n":2'));
    await faultAt(1, /content/);
  });

  test("the end was cut off: the anchor shows it", async () => {
    tamper("DELETE FROM log WHERE sequence = ?", LENGTH);
    expect(await verify()).toMatchObject({ sound: true });
    expect(await verify(head())).toEqual({
      sound: false,
      sequence: LENGTH,
      reason: expect.stringMatching(/ends at entry 11/),
    });
  });

  test("the end was cut off and rewritten: the anchor shows it", async () => {
    tamper("DELETE FROM log WHERE sequence = ?", LENGTH);
    await write(async (store) => store.commit(batchOf([entryAfter(await store.head())])));
    expect(await verify()).toMatchObject({ sound: true });
    expect(await verify(head())).toMatchObject({ sound: false, sequence: LENGTH });
  });

  test("content was taken out without an erasure", async () => {
    replace(4, () => JSON.stringify(eraseContent(entries[3] as LogEntry)));
    tamper("UPDATE log SET subject = 'erased' WHERE sequence = 4");
    await faultAt(4, /content is missing/);
  });

  test("an origin was taken out without an erasure", async () => {
    const { origin: _origin, ...rest } = entries[3] as LogEntry;
    replace(4, () => JSON.stringify(rest));
    await faultAt(4, /from where/);
  });

  test("an entry was hidden from searches", async () => {
    tamper("UPDATE log SET type = 'vega.nothing.v1' WHERE sequence = 4");
    await faultAt(undefined, /log entry 4/);
  });
});

test("recorded erasures are not a fault", async () => {
  await eraseWith(
    { user_id: USER, erased: [2, 3] },
    entries
      .slice(3)
      .map((e) => e.sequence)
      .concat(1),
  );
  expect(await verify(head())).toMatchObject({ sound: true, erased: 2, entries: LENGTH + 1 });
});

test("an erasure explains only what it names", async () => {
  await eraseWith({ user_id: randomUUID(), erased: [3] }, []);
  const { origin: _origin, ...rest } = entries[7] as LogEntry;
  replace(8, () => JSON.stringify(rest));
  expect(await verify()).toMatchObject({ sound: false, sequence: 8 });
});

test("where there is no database nothing is made", async () => {
  const verifying = verifyDatabase({ kind: "sqlite", folder: join(folder, "none") });
  await expect(verifying).rejects.toThrow(VerificationError);
});

describe("vega audit verify", () => {
  const cli = join(import.meta.dirname, "../../../../apps/cli/src/main.ts");
  const run = async (...args: string[]) => {
    const env = { ...process.env, VEGA_DATA_DIR: folder, MONGODB_URL: "" };
    const options = { env };
    const node = [
      process.execPath,
      "--disable-warning=ExperimentalWarning",
      cli,
      "audit",
      "verify",
      ...args,
    ];
    return promisify(execFile)(node[0] ?? "", node.slice(1), options).then(
      ({ stdout, stderr }) => ({ code: 0, out: stdout + stderr }),
      (error: { code: number; stdout: string; stderr: string }) => ({
        code: error.code,
        out: error.stdout + error.stderr,
      }),
    );
  };
  const anchor = () => `${LENGTH}:${head().hash}`;

  test("says how long the log is and where it ends, and leaves the file as it is", async () => {
    const before = await readFile(path);
    const { code, out } = await run("--anchor", anchor());
    expect(out).toContain(`${LENGTH} entries`);
    expect(out).toContain(anchor());
    expect(code).toBe(0);
    expect(await readFile(path)).toEqual(before);
  });

  test("names the entry that was changed", async () => {
    replace(9, (entry) => entry.replace('"n":9', '"n":8'));
    expect(await run()).toEqual({
      code: 1,
      out: expect.stringContaining("broken at entry 9: the content was changed"),
    });
  });

  test("shows with an anchor that the end was cut off", async () => {
    tamper("DELETE FROM log WHERE sequence = ?", LENGTH);
    expect((await run()).code).toBe(0);
    expect(await run("--anchor", anchor())).toEqual({
      code: 1,
      out: expect.stringContaining(`broken at entry ${LENGTH}`),
    });
  });

  test("an invalid anchor is a usage error", async () => {
    expect(await run("--anchor", "nonsense")).toEqual({
      code: 2,
      out: expect.stringContaining("--anchor <sequence>:<hash>"),
    });
  });
});
