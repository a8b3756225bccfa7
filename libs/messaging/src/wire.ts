import type { ErrorDetail, RequestContext, RequestContract } from "@vega/contracts";
import { ERROR_STATUS, isErrorCode, requestContextSchema, VegaError } from "@vega/contracts";
import type { Msg, MsgHdrs } from "nats";
import { headers } from "nats";
import type { z } from "zod";

/*
 * Wire format of requests: JSON bodies, or raw bytes with the other members in a header; caller, timeout and trace in
 * headers; errors like those of the NATS Services framework (ADR-32), with the code and details in the body.
 */

const CONTEXT = "Vega-Context";
const TIMEOUT = "Vega-Timeout-Ms";
const TRACEPARENT = "traceparent";
const MEMBERS = "Vega-Members";
export const ERROR_CODE_HEADER = "Nats-Service-Error-Code";

export function encodeContext(context: RequestContext, timeoutMs: number): MsgHdrs {
  const result = headers();
  const { traceparent, ...rest } = context;
  result.set(CONTEXT, JSON.stringify(rest));
  result.set(TIMEOUT, String(timeoutMs));
  if (traceparent) result.set(TRACEPARENT, traceparent);
  return result;
}

const ANONYMOUS: RequestContext = { actor: { id: "anonymous" } };

/** The caller's context and deadline. Without headers the caller is anonymous, without a deadline. */
export function decodeContext(
  received: MsgHdrs | undefined,
  now: number,
): { context: RequestContext; deadline: number } {
  const encoded = received?.get(CONTEXT);
  const timeout = Number(received?.get(TIMEOUT) || Number.POSITIVE_INFINITY);
  const deadline = now + (Number.isNaN(timeout) ? Number.POSITIVE_INFINITY : timeout);
  if (!encoded) return { context: ANONYMOUS, deadline };
  const context = check(requestContextSchema, parseJson(encoded), "the context");
  const traceparent = received?.get(TRACEPARENT);
  return { context: traceparent ? { ...context, traceparent } : context, deadline };
}

/** The body of a message: JSON, or the bytes of a side that its contract declares as raw. */
export interface Body {
  readonly payload: string | Uint8Array;
  /** The other members of raw bytes, JSON. */
  readonly members?: string;
}

/** @param value what the contract's schema of that side has parsed */
export function encodeBody(
  { raw }: RequestContract,
  side: "input" | "output",
  value: unknown,
): Body {
  if (raw !== side) return { payload: JSON.stringify(value) };
  const { bytes, ...members } = value as { bytes: Uint8Array };
  return { payload: bytes, members: JSON.stringify(members) };
}

/** The headers of a body; undefined where it has none. */
export function addMembers<Headers extends MsgHdrs | undefined>(
  body: Body,
  target: Headers,
): Headers | MsgHdrs {
  if (body.members === undefined) return target;
  const result = target ?? headers();
  result.set(MEMBERS, body.members);
  return result;
}

/** The value of a message, not yet checked. Throws `invalid` where it is not JSON. */
export function decodeBody(
  { raw }: RequestContract,
  side: "input" | "output",
  message: Pick<Msg, "data" | "headers" | "string">,
): unknown {
  if (raw !== side) return parseJson(message.string());
  const members = parseJson(message.headers?.get(MEMBERS) ?? "");
  return { ...(members as object), bytes: message.data };
}

/** Throws `too_large` for a payload beyond the limit of the bus. @param what "the request" or "the reply" */
export function refuseOversized(
  payload: string | Uint8Array,
  limit: number | undefined,
  what: string,
): void {
  if (limit === undefined || payload.length * 3 <= limit) return;
  const bytes = typeof payload === "string" ? Buffer.byteLength(payload) : payload.byteLength;
  if (bytes <= limit) return;
  throw new VegaError("too_large", `${what} exceeds the limit of the message bus (${limit} bytes)`);
}

export function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw new VegaError("invalid", "the message is not JSON", [], cause);
  }
}

/** A message parsed by its schema; undefined for one that does not match it or is not JSON. */
export function readMessage<Schema extends z.ZodType>(
  schema: Schema,
  text: string,
): z.output<Schema> | undefined {
  try {
    return schema.safeParse(JSON.parse(text)).data;
  } catch {
    return undefined;
  }
}

/** Validates against a schema; throws `invalid` with a JSON pointer for each issue. */
export function check<Schema extends z.ZodType>(
  schema: Schema,
  value: unknown,
  what: string,
): z.output<Schema> {
  const result = schema.safeParse(value);
  if (result.success) return result.data;
  throw new VegaError("invalid", `${what} is not valid`, issuesOf(result.error));
}

export function issuesOf(error: z.ZodError): ErrorDetail[] {
  return error.issues.map((issue) => ({
    path: issue.path.map((part) => `/${String(part)}`).join(""),
    message: issue.message,
  }));
}

/** Body of an error reply. */
export function encodeError(error: VegaError): string {
  const { code, message, details, retryAfterSeconds } = error;
  return JSON.stringify({ code, message, details, retry_after_seconds: retryAfterSeconds });
}

/** The typed error of an error reply; one of another format becomes `internal`. */
export function decodeError(status: string, body: string): VegaError {
  try {
    const { code, message, details, retry_after_seconds: seconds } = JSON.parse(body);
    if (typeof code === "string" && isErrorCode(code)) {
      const error = new VegaError(code, message, details);
      if (typeof seconds === "number") error.retryAfterSeconds = seconds;
      return error;
    }
  } catch {
    // Falls through: the responder has another format.
  }
  const code = Object.entries(ERROR_STATUS).find(([, number]) => String(number) === status)?.[0];
  return new VegaError(code && isErrorCode(code) ? code : "internal", "the service failed");
}
