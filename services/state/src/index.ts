export type { BlobDepth, BlobInspection } from "./blobs/inspect.ts";
export { bucketConfig, placeOf } from "./backup/bucket-config.ts";
export { backupToBucket, restoreFromBucket } from "./backup/remote.ts";
export { InvalidBackupError } from "./backup/format.ts";
export type { StateConfig } from "./config.ts";
export { envToConfig } from "./config.ts";
export type { Inspection } from "./verification/inspect.ts";
export { inspectDatabase } from "./verification/inspect.ts";
export { startState } from "./service.ts";
export type { FormatRecord } from "./store/fingerprint.ts";
export { changedParts, newRecord } from "./store/fingerprint.ts";
export type { Anchor, Verification } from "./verification/verify.ts";
export {
  backupDatabase,
  VerificationError,
  replayDatabase,
  restoreDatabase,
  verifyBlobs,
  verifyDatabase,
} from "./verification/verify.ts";
