/** Size and age of a blob. */
export interface BlobInfo {
  readonly sha256: string;
  readonly bytes: number;
  /** When it was stored or last renewed, milliseconds since the epoch. */
  readonly storedAt: number;
}

/** Number and size of all blobs. */
export interface BlobUsage {
  readonly blobs: number;
  readonly bytes: number;
}

/**
 * Files under the SHA-256 of their bytes, in chunks of CHUNK_BYTES. An upload becomes a blob once its digest was verified.
 * Nothing is held in memory between two calls, so any replica may serve any of them. Two adapters keep the same promises;
 * `contract/blob-contract.ts` is the list of them. Times are milliseconds since the epoch.
 * While the storage can't be reached, every method rejects with StoreUnavailableError.
 */
export interface BlobStore {
  /**
   * Stores a chunk of an upload; chunk 0 begins it. The same chunk may be written again.
   * Rejects with UploadIncompleteError where the upload is not known.
   */
  write(upload: string, index: number, bytes: Uint8Array, now: number): Promise<void>;
  /**
   * Makes an upload a blob, durably when it resolves. A blob that is there is replaced by the same bytes, as of `now`. May
   * be repeated. Rejects with UploadIncompleteError and DigestMismatchError; the upload then remains.
   */
  finish(upload: string, expected: { sha256: string; bytes: number }, now: number): Promise<void>;
  /** Removes an unfinished upload; none is no error. */
  discard(upload: string): Promise<void>;
  stat(sha256: string): Promise<BlobInfo | undefined>;
  /** One chunk and the size of the blob; undefined where there is no such blob. An index beyond its end has 0 bytes. */
  read(sha256: string, index: number): Promise<{ bytes: Uint8Array; total: number } | undefined>;
  /** In no particular order. */
  list(): AsyncIterable<BlobInfo>;
  /** Sets `storedAt` of those that are there. */
  renew(sha256s: readonly string[], now: number): Promise<void>;
  /** Removes a blob unless it was stored again or renewed since it was `seen`. @returns whether it was removed */
  remove(seen: BlobInfo, now: number): Promise<boolean>;
  /** Removes uploads that began before a time and are not finished. @returns how many */
  removeUploads(before: number): Promise<number>;
  usage(): Promise<BlobUsage>;
  /** Free bytes of the disk; undefined where the database does not tell. */
  free(): Promise<number | undefined>;
  close(): Promise<void>;
}

/** A chunk of an upload is missing, or the upload is not known. */
export class UploadIncompleteError extends Error {
  constructor(message: string) {
    super(message);
    this.name = "UploadIncompleteError";
  }
}

/** What was stored has another digest than the sender's. */
export class DigestMismatchError extends Error {
  constructor(expected: string, found: string) {
    super(`the stored bytes have the SHA-256 ${found}, not ${expected}`);
    this.name = "DigestMismatchError";
  }
}
