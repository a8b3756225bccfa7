import type { Backup } from "@vega/contracts";
import { backupSchema, VegaError } from "@vega/contracts";
import type { Logger } from "@vega/service-kit";
import { mkdir, readdir, readFile, rename, rm, stat, writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { BlobStore } from "../blobs/blob-store.ts";
import { isFromAhead } from "../clock/clock.ts";
import type { Store } from "../store/store.ts";
import { makeBackup } from "./backup.ts";
import { blobsBeside, namesPath, pruneBeside, readNames } from "./blobs.ts";
import type { BucketConfig, Place } from "./bucket-config.ts";
import { copyTo } from "./copies.ts";
import type { BackupRetention } from "./retention.ts";
import { outlived } from "./retention.ts";

/** The backups that state makes by itself and on demand, in a folder for each log. */
export interface Backups {
  /** The newest first. */
  list(): Promise<Backup[]>;
  /**
   * The newest as of the last look at the folder, which is no older than the last `due`. Not one that was made while
   * the clock was ahead: its age is not known.
   */
  newest(): Backup | undefined;
  /** By hand: it stays. Throws VegaError `conflict` while one is being made, `unavailable` with why it could not be. */
  make(): Promise<Backup>;
  /** Makes a backup if the newest is older than the interval and none is in progress. */
  due(): Promise<void>;
  /** How often one is made by itself; 0 for never. */
  readonly intervalSeconds: number;
  running(): boolean;
  /** Why the last one could not be made; null where it could. */
  lastError(): string | null;
  stop(): Promise<void>;
}

export interface BackupsConfig {
  readonly folder: string;
  /** 0: none for its age alone. */
  readonly intervalMs: number;
  /** Iterations of phase 8 from one to the next; 0: none for their number. */
  readonly phases: number;
  readonly keep: BackupRetention;
  /** Where a copy of each goes, too. */
  readonly bucket?: { readonly place: Place; readonly config: BucketConfig } | undefined;
}

/** Iterations between two of phase 8. */
const CYCLE = 3;

/**
 * @param options.iterationAt the loop's iteration as of a sequence, by default the present one; undefined where the log
 *   was compacted there
 * @param options.now milliseconds since the epoch
 */
export async function openBackups(options: {
  store: Store;
  blobs: BlobStore;
  iterationAt: (sequence?: number) => Promise<number | undefined>;
  logId: string;
  config: BackupsConfig;
  log: Logger;
  now: () => number;
}): Promise<Backups> {
  const { store, config, log } = options;
  const folder = join(config.folder, options.logId);
  let running: Promise<Backup> | undefined;
  let lastError: string | null = null;
  let newest: Backup | undefined;
  let stopped = false;

  const nowText = () => new Date(options.now()).toISOString();

  const list = async (): Promise<Backup[]> => {
    const names = await readdir(folder).catch(() => []);
    const found = await Promise.all(
      names.filter((name) => name.endsWith(".json")).map((name) => readInfo(join(folder, name))),
    );
    const newestFirst = found
      .filter((backup) => backup !== undefined)
      .toSorted((a, b) => (a.created_at < b.created_at ? 1 : -1));
    newest = newestFirst.find(({ created_at }) => !isFromAhead(created_at, nowText()));
    return newestFirst;
  };

  const take = async (by_hand: boolean): Promise<Backup> => {
    const started = options.now();
    const createdAt = new Date(started).toISOString();
    await mkdir(folder, { recursive: true, mode: 0o700 });
    const name = createdAt.replaceAll(/[:.]/g, "-");
    const file = join(folder, `${name}.vega`);
    const from = { blobs: options.blobs, place: "beside" as const };
    const manifest = await makeBackup(store, file, createdAt, from);
    const { sequence, hash, entries, documents, blobs, blob_bytes, missing_blobs } = manifest;
    const made: Backup = {
      file,
      created_at: createdAt,
      verified_at: new Date(options.now()).toISOString(),
      sequence,
      hash,
      entries,
      documents,
      blobs,
      blob_bytes,
      missing_blobs,
      bytes: (await stat(file)).size,
      by_hand,
    };
    // Last: a file without its description was never verified.
    await writeInfo(made);
    log.info({ ...made, ms: options.now() - started }, "made and verified a backup");
    if (missing_blobs > 0)
      log.error({ missing_blobs }, "stored files are missing or damaged: run ./vega doctor");
    const byThemselves = (await list()).filter((backup) => !backup.by_hand);
    for (const old of outlived(byThemselves, config.keep, nowText())) {
      await rm(infoPath(old), { force: true });
      await rm(old.file, { force: true });
      await rm(namesPath(old.file), { force: true });
    }
    await removeUnnamed();
    return copied(made);
  };

  const removeUnnamed = async (): Promise<void> => {
    const kept = new Set<string>();
    const files = (await readdir(folder)).filter((name) => name.endsWith(".vega"));
    for (const file of files.map((name) => join(folder, name))) {
      const names = await readNames(file);
      // Without names it has no blobs, or they can't be known.
      if (!names && (await readInfo(file.replace(/\.vega$/, ".json")))?.blobs) {
        log.warn({ file }, "the names of a backup's files are missing; none are removed");
        return;
      }
      for (const name of names ?? []) kept.add(name);
    }
    const removed = await pruneBeside(blobsBeside(join(folder, "any")), kept, options.now());
    if (removed > 0) log.info({ removed }, "files removed that no backup names");
  };

  const failed = (error: unknown, what: string) => {
    lastError = error instanceof Error ? error.message : String(error);
    log.error({ err: error }, what);
  };

  /** With a copy in the bucket, where there is one. What is there by then is what was proven, byte for byte. */
  const copied = async (backup: Backup): Promise<Backup> => {
    if (!config.bucket || backup.copy !== undefined) return backup;
    try {
      const copy = await copyTo(config.bucket, options.logId, backup, config.keep, nowText());
      const complete = { ...backup, copy };
      await writeInfo(complete);
      await list();
      log.info({ file: backup.file, copy }, "copied a backup and read it back");
      return complete;
    } catch (error) {
      // The backup itself counts all the same; the copy is tried again when one is due.
      failed(error, "no copy of a backup could be made in the bucket");
      return backup;
    }
  };

  /** Whether one is to be made by itself. */
  const isDue = async (): Promise<boolean> => {
    const { intervalMs, phases } = config;
    if (intervalMs === 0 && phases === 0) return false;
    if (!newest) return true;
    if (intervalMs > 0 && options.now() - Date.parse(newest.created_at) >= intervalMs) return true;
    if (phases === 0) return false;
    const [present = 0, then = -Infinity] = await Promise.all([
      options.iterationAt(),
      options.iterationAt(newest.sequence),
    ]);
    return present - then >= CYCLE * phases;
  };

  const make = (byHand: boolean): Promise<Backup> => {
    if (running) throw new VegaError("conflict", "a backup is being made; try again later");
    return start(() => take(byHand));
  };

  const start = (work: () => Promise<Backup>): Promise<Backup> => {
    lastError = null;
    running = work()
      .catch((error: unknown) => {
        failed(error, "no backup could be made");
        throw error;
      })
      .finally(() => (running = undefined));
    return running;
  };

  await list();
  return {
    list,
    newest: () => newest,
    intervalSeconds: config.intervalMs / 1_000,
    make: async () =>
      make(true).catch((cause: unknown) => {
        if (cause instanceof VegaError) throw cause;
        const why = cause instanceof Error ? cause.message : String(cause);
        throw new VegaError("unavailable", `no backup could be made: ${why}`, [], cause);
      }),
    async due() {
      await list();
      if (running || stopped) return;
      const due = await isDue();
      // Another may have begun while that was found out.
      if (running) return;
      // Logged already.
      if (due) await make(false).catch(() => undefined);
      // The bucket may have been away when it was made.
      else if (newest && config.bucket && newest.copy === undefined) {
        const uncopied = newest;
        await start(() => copied(uncopied));
      }
    },
    running: () => running !== undefined,
    lastError: () => lastError,
    async stop() {
      stopped = true;
      await running?.catch(() => undefined);
    },
  };
}

const infoPath = ({ file }: Backup): string => file.replace(/\.vega$/, ".json");

async function writeInfo(backup: Backup): Promise<void> {
  const path = infoPath(backup);
  await writeFile(`${path}.new`, JSON.stringify(backup), { mode: 0o600 });
  await rename(`${path}.new`, path);
}

/** Undefined unless it describes a backup whose file exists in its full size. */
async function readInfo(path: string): Promise<Backup | undefined> {
  try {
    const info = backupSchema.parse(JSON.parse(await readFile(path, "utf8")));
    const file = path.replace(/\.json$/, ".vega");
    const { size } = await stat(file);
    // The folder may have been moved since.
    return size === info.bytes ? { ...info, file } : undefined;
  } catch {
    return undefined;
  }
}
