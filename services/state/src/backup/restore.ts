import type { Change, Document, LogEntry, Store } from "../store/store.ts";
import { verifyLog } from "../verification/verify-log.ts";
import { replayLog } from "../verification/replay.ts";
import type { BlobSink } from "./blobs.ts";
import type { Manifest } from "./format.ts";
import { InvalidBackupError } from "./format.ts";
import { readBackup } from "./read.ts";

/** Entries and documents of one commit. */
const STEP = 500;

/** Chunks of a blob: the next lines. Throws InvalidBackupError where they are others. */
async function* chunksOf(lines: ReturnType<typeof readBackup>, count: number) {
  for (let n = 0; n < count; n += 1) {
    const { value } = await lines.next();
    if (!value || !("kind" in value) || value.kind !== "chunk")
      throw new InvalidBackupError("it was altered: the bytes of a file are missing");
    yield value.bytes;
  }
}

/**
 * Puts a backup into an empty store, whose log then is that of the backup. The documents go in with the last entries:
 * until then the store has a log and no state, which is no sound store.
 * Throws InvalidBackupError where the store is not empty or the file is not whole; with the latter, what is in the store then
 * is to be thrown away.
 */
export async function fillFromBackup(
  store: Store,
  path: string,
  blobs: BlobSink,
): Promise<Manifest> {
  await refuseUsed(store);
  const documents: Document[] = [];
  let entries: LogEntry[] = [];
  let at = 0;

  const commit = async (changes: readonly Change[], whole?: Manifest) => {
    const last = whole && {
      // What was published once is not published again: the bus of the place where it goes on begins here.
      relayed: whole.sequence,
      format: { written_by: whole.written_by, min_reader: whole.min_reader },
    };
    const batch = { expectedSequence: at, entries, changes, relayed: 0, ...last };
    const outcome = await store.commit(batch);
    if (outcome !== "committed") throw new Error("another process writes to the database");
    at = entries.at(-1)?.sequence ?? at;
    entries = [];
  };
  const lines = readBackup(path);
  for (;;) {
    const { done, value } = await lines.next();
    if (done) {
      await commit(documents, value);
      await verify(store, value);
      return value;
    }
    if (value.kind === "document") documents.push(value.document);
    else if (value.kind === "blob") {
      const { chunks } = value.blob;
      await blobs.add(value.blob, chunks > 0 ? chunksOf(lines, chunks) : undefined);
    } else if (value.kind === "chunk") {
      throw new InvalidBackupError("it was altered: bytes without their file");
    }
    // One entry is kept back, so that the last commit has one.
    else if (entries.push(value.entry) > STEP) {
      const last = entries.pop();
      await commit([]);
      if (last) entries.push(last);
    }
  }
}

/** Throws InvalidBackupError where the store is not empty. */
export async function refuseUsed(store: Store): Promise<void> {
  const there = await store.head();
  if (!there) return;
  throw new InvalidBackupError(
    `the database has a log already (${there.logId}), of a system or of a restore that was cut off; drop it, or name another one in MONGODB_URL`,
  );
}

/** A backup counts only once its chain was walked and its state is what its log makes of it. */
async function verify(store: Store, { sequence, hash }: Manifest): Promise<void> {
  const found = await verifyLog(store, [{ sequence, hash }]);
  if (!found.sound) throw new InvalidBackupError(`its log is broken: ${found.reason}`);
  const replay = await replayLog(store);
  if (!replay.same)
    throw new InvalidBackupError(`${replay.document} differs from the state rebuilt from its log`);
}
