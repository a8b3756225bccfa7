import type { LogRetention } from "./retention/retention.ts";
import type { BlobStore } from "./blobs/blob-store.ts";
import type { BlobSweep } from "./blobs/sweep.ts";
import type { Writer } from "./log/writer.ts";
import type { Snapshots } from "./snapshots/snapshots.ts";
import type { LibraryLimits } from "./entities/assets/quota.ts";
import type { ConversationLimits } from "./entities/conversations/limits.ts";
import type { MemoryLimits } from "./entities/memory/commands.ts";
import type { SchemaValidator } from "./schema-validation/schema-validator.ts";
import type { Backups } from "./backup/backups.ts";
import type { Store } from "./store/store.ts";

/** What the handlers work with. */
export interface StateContext {
  readonly store: Store;
  readonly writer: Writer;
  readonly blobs: BlobStore;
  readonly blobSweep: BlobSweep;
  readonly snapshots: Snapshots;
  readonly backups: Backups;
  readonly retention: LogRetention;
  readonly schemas: SchemaValidator;
  readonly limits: MemoryLimits;
  readonly conversationLimits: ConversationLimits;
  readonly libraryLimits: LibraryLimits;
  readonly timeScale: number;
  /** ISO 8601 */
  readonly now: () => string;
  /** Id of the log that this store holds. */
  readonly logId: string;
}
