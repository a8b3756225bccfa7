import { MongoBulkWriteError } from "mongodb";
import { isAway } from "./errors.ts";

/** The server refuses to write a document. A fault of the program, not of the connection. */
export class WriteRefusedError extends Error {
  /** The server's, where it gave one. */
  readonly code: number | undefined;
  constructor(message: string, code?: number) {
    super(message);
    this.name = "WriteRefusedError";
    this.code = code;
  }
}

/**
 * Names the document that a bulk write failed at. The driver's error quotes whole documents, secrets among them,
 * and errors are logged: so what it says is taken over, but not the error, nor the values that the server looked at.
 */
export function toWriteError(collection: string, ids: readonly string[], error: unknown): unknown {
  if (!(error instanceof MongoBulkWriteError) || isAway(error)) return error;
  // The driver (7.9) puts a connection that broke in mid-write into one of these, without a label that says so.
  const wrapped: unknown = error.errorResponse;
  if (isAway(wrapped)) return wrapped;
  const [failed] = [error.writeErrors].flat();
  if (!failed) return new WriteRefusedError(`${collection}: ${error.message}`);
  const { code, index, errmsg = "", errInfo } = failed;
  const reason = `${collection} ${ids[index]}: ${errmsg} (${code}) ${rules(errInfo)}`;
  return new WriteRefusedError(reason, code);
}

/** The rules that a validator found broken, without the values. */
function rules(errInfo: { details?: unknown } | undefined): string {
  return JSON.stringify(errInfo?.details ?? {}, (key, value: unknown) =>
    key === "consideredValue" || key === "consideredValues" ? undefined : value,
  );
}
