import type { Logger } from "@vega/service-kit";
import { createHash, randomUUID } from "node:crypto";
import { createWriteStream } from "node:fs";
import { mkdir, open, readdir, readFile, rename, rm, stat, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { createGzip } from "node:zlib";
import { CLOCK_BOUND_MS, isWithin } from "../clock/clock.ts";
import { linesOfPacked } from "../store/lines.ts";
import type { DataFormat } from "../store/data-format.ts";
import type { Document, Store } from "../store/store.ts";

/*
 * Snapshots: copies of all documents at one sequence, in one folder per log. A snapshot counts once it was read back and
 * found equal.
 */

const UNFINISHED_MS = 60 * 60 * 1_000;
const MANIFEST = /^(\d+)\.json$/;

/** Manifests of versions without data formats have no marks. */
export interface VerifiedSnapshot extends Partial<DataFormat> {
  readonly sequence: number;
  readonly hash: string;
  readonly verified_at: string;
  readonly documents: number;
  /** SHA-256 over the documents' lines, hex. */
  readonly digest: string;
}

export interface Snapshots {
  newest(): VerifiedSnapshot | undefined;
  /** Takes and verifies a snapshot where the newest is older than the interval; one at a time. */
  refresh(): Promise<void>;
  /** Takes a snapshot now and deletes all older ones, which still hold erased content. */
  renew(): Promise<void>;
  /** Waits for a snapshot in progress. */
  stop(): Promise<void>;
}

export async function openSnapshots(options: {
  store: Store;
  /** Id of the log: snapshots of another log in the same folder do not count. */
  logId: string;
  folder: string;
  log: Logger;
  intervalMs: number;
  keep: number;
  now: () => number;
  /** Sequence of the last erasure: snapshots from before it are to go, should a crash have left any. */
  erasedAt?: number;
}): Promise<Snapshots> {
  const { store, log } = options;
  const folder = join(options.folder, options.logId);
  await mkdir(folder, { recursive: true, mode: 0o700 });
  const others = (await readdir(options.folder)).filter((name) => name !== options.logId);
  if (others.length > 0) {
    log.warn(
      { folder: options.folder, others },
      "the snapshots' folder also holds copies of other logs",
    );
  }
  await removeUnfinished(folder, options.now());
  let newest = await readNewest(folder, options.now());
  /** Older snapshots hold erased content: they are deleted with the next successful one. */
  let stale = (await manifests(folder, options.now())).some(
    (sequence) => sequence < (options.erasedAt ?? 0),
  );
  let running: Promise<void> | undefined;

  const take = async (): Promise<void> => {
    const started = options.now();
    // Replicas on one machine may share the folder.
    const name = `.taking-${randomUUID()}`;
    try {
      const written = await write(store, join(folder, name));
      const read = await readBack(join(folder, name));
      if (read.documents !== written.documents || read.digest !== written.digest) {
        throw new Error("the snapshot is not what was written");
      }
      const verified: VerifiedSnapshot = {
        ...written,
        verified_at: new Date(options.now()).toISOString(),
      };
      const base = join(folder, String(written.sequence));
      await rename(join(folder, name), `${base}.ndjson.gz`);
      // The manifest comes last: a snapshot without one was never verified.
      await writeFile(join(folder, `${name}.json`), JSON.stringify(verified));
      await rename(join(folder, `${name}.json`), `${base}.json`);
      newest = verified;
      log.info({ ...verified, ms: options.now() - started }, "snapshot taken and verified");
      await removeOld(folder, stale ? 1 : options.keep, options.now());
      stale = false;
    } catch (error) {
      log.warn({ err: error }, "snapshot failed");
      await rm(join(folder, name), { force: true });
    }
  };

  return {
    newest: () => newest,
    refresh() {
      const now = new Date(options.now()).toISOString();
      const isFresh = newest && isWithin(newest.verified_at, options.intervalMs, now);
      if (isFresh && !stale) return Promise.resolve();
      running ??= take().finally(() => (running = undefined));
      return running;
    },
    async renew() {
      // One under way may have begun before.
      await running;
      stale = true;
      running ??= take().finally(() => (running = undefined));
      await running;
    },
    async stop() {
      await running;
    },
  };
}

const lineOf = ({ collection, id, body }: Document) =>
  `${JSON.stringify({ collection, id, body })}\n`;

async function write(store: Store, path: string): Promise<Omit<VerifiedSnapshot, "verified_at">> {
  const { head, format, documents } = await store.snapshot();
  const digest = createHash("sha256");
  let count = 0;
  async function* lines() {
    for await (const document of documents) {
      const line = lineOf(document);
      digest.update(line);
      count += 1;
      yield line;
    }
  }
  // 0600: the documents hold users' content.
  await pipeline(Readable.from(lines()), createGzip(), createWriteStream(path, { mode: 0o600 }));
  const file = await open(path);
  try {
    await file.sync();
  } finally {
    await file.close();
  }
  return {
    ...format,
    sequence: head.sequence,
    hash: head.hash,
    documents: count,
    digest: digest.digest("hex"),
  };
}

async function readBack(path: string): Promise<{ documents: number; digest: string }> {
  const digest = createHash("sha256");
  let documents = 0;
  for await (const line of linesOfPacked(path)) {
    // Parsed and written again: what is counted is a document, not a line.
    digest.update(lineOf(JSON.parse(line) as Document));
    documents += 1;
  }
  return { documents, digest: digest.digest("hex") };
}

/**
 * Sequences of the snapshots, the one taken last first: a log that was put back has older ones with higher sequences.
 * One that was taken while the clock was ahead counts as the oldest.
 */
async function manifests(folder: string, now: number): Promise<number[]> {
  const names = (await readdir(folder)).filter((name) => MANIFEST.test(name));
  const found = await Promise.all(
    names.map(async (name) => {
      const { mtimeMs } = await stat(join(folder, name));
      return {
        sequence: Number(MANIFEST.exec(name)?.[1]),
        taken: mtimeMs > now + CLOCK_BOUND_MS ? 0 : mtimeMs,
      };
    }),
  );
  return found
    .toSorted((a, b) => b.taken - a.taken || b.sequence - a.sequence)
    .map(({ sequence }) => sequence);
}

async function readNewest(folder: string, now: number): Promise<VerifiedSnapshot | undefined> {
  const [sequence] = await manifests(folder, now);
  if (sequence === undefined) return undefined;
  return JSON.parse(await readFile(join(folder, `${sequence}.json`), "utf8")) as VerifiedSnapshot;
}

/** What a crash left behind. Another replica that shares the folder needs no hour for a snapshot. */
async function removeUnfinished(folder: string, now: number): Promise<void> {
  for (const name of await readdir(folder)) {
    if (!name.startsWith(".taking-")) continue;
    const path = join(folder, name);
    const { mtimeMs } = await stat(path).catch(() => ({ mtimeMs: now }));
    if (now - mtimeMs > UNFINISHED_MS) await rm(path, { force: true });
  }
}

async function removeOld(folder: string, keep: number, now: number): Promise<void> {
  for (const sequence of (await manifests(folder, now)).slice(keep)) {
    await rm(join(folder, `${sequence}.json`));
    await rm(join(folder, `${sequence}.ndjson.gz`), { force: true });
  }
}
