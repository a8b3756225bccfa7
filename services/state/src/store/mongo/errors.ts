import {
  MongoClientClosedError,
  MongoError,
  MongoErrorLabel,
  MongoNetworkError,
  MongoNetworkTimeoutError,
  MongoOperationTimeoutError,
  MongoServerError,
  MongoServerSelectionError,
  MongoTopologyClosedError,
} from "mongodb";
import { StoreUnavailableError } from "../store.ts";

/** The connection broke, and the driver threw an error of another kind. */
export class ConnectionBrokenError extends Error {
  constructor(cause: unknown) {
    super("the connection to the database broke", { cause });
    this.name = "ConnectionBrokenError";
  }
}

/** Server error codes, https://www.mongodb.com/docs/manual/reference/error-codes/ */
export const DUPLICATE_KEY = 11_000;
export const NAMESPACE_EXISTS = 48;
export const VALIDATION_FAILED = 121;

/** Codes of a server that is starting, ending, changing its role or too busy: asking again later helps. */
const AWAY_CODES: ReadonlySet<unknown> = new Set([
  6, // HostUnreachable
  7, // HostNotFound
  43, // CursorNotFound: its transaction took too long, or the server was restarted
  50, // MaxTimeMSExpired
  64, // WriteConcernTimeout: no majority of the replica set confirmed in time
  89, // NetworkTimeout
  91, // ShutdownInProgress
  133, // FailedToSatisfyReadPreference
  134, // ReadConcernMajorityNotAvailableYet
  189, // PrimarySteppedDown
  237, // CursorKilled
  262, // ExceededTimeLimit
  9_001, // SocketException
  10_058, // LegacyNotPrimary
  10_107, // NotWritablePrimary
  11_600, // InterruptedAtShutdown
  11_602, // InterruptedDueToReplStateChange
  13_435, // NotPrimaryNoSecondaryOk
  13_436, // NotPrimaryOrSecondary
]);

const AWAY_LABELS = [
  MongoErrorLabel.TransientTransactionError,
  MongoErrorLabel.UnknownTransactionCommitResult,
  MongoErrorLabel.RetryableWriteError,
  MongoErrorLabel.SystemOverloadedError,
];

const AWAY_CLASSES = [
  MongoServerSelectionError,
  MongoOperationTimeoutError,
  MongoTopologyClosedError,
  MongoClientClosedError,
];

/** Errors of the socket itself: the driver (7.9) lets them through where it waits for room to write. */
const SOCKET_CODES: ReadonlySet<unknown> = new Set([
  "ECONNABORTED",
  "ECONNRESET",
  "EHOSTUNREACH",
  "ENETDOWN",
  "ENETUNREACH",
  "EPIPE",
  "ERR_STREAM_DESTROYED",
  "ETIMEDOUT",
]);

function isBrokenConnection(error: unknown): boolean {
  if (error instanceof MongoError) return error instanceof MongoNetworkError;
  if (error instanceof ConnectionBrokenError) return true;
  return error instanceof Error && "code" in error && SOCKET_CODES.has(error.code);
}

/** Whether it is a fault of the way to the server or of the server's state, so that asking again later helps. */
export function isAway(error: unknown): boolean {
  if (isBrokenConnection(error)) return true;
  if (!(error instanceof MongoError)) return false;
  // Its class is not among the driver's exports.
  if (error.name === "MongoWaitQueueTimeoutError") return true;
  return (
    AWAY_CLASSES.some((kind) => error instanceof kind) ||
    AWAY_LABELS.some((label) => error.hasErrorLabel(label)) ||
    (error instanceof MongoServerError && AWAY_CODES.has(error.code))
  );
}

/** Maps the driver's errors to the store's, by class, label and code, never by their text. */
export function toStoreError(error: unknown): unknown {
  return isAway(error) ? new StoreUnavailableError(error) : error;
}

/**
 * Whether a transaction is worth another try at once: another one was in its way, or its connection was an old one
 * to a server that has been replaced. A server that can't be found or does not answer is not.
 */
export function isWorthAnotherTry(error: unknown): boolean {
  if (error instanceof MongoServerSelectionError || error instanceof MongoNetworkTimeoutError) {
    return false;
  }
  if (isBrokenConnection(error)) return true;
  return (
    error instanceof MongoError && error.hasErrorLabel(MongoErrorLabel.TransientTransactionError)
  );
}
