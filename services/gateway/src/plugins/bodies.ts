import { VegaError, whyNotStorable } from "@vega/contracts";
import type { FastifyRequest } from "fastify";
import fp from "fastify-plugin";
import { findInexactInteger } from "./exact-integers.ts";

const utf8 = new TextDecoder("utf-8", { fatal: true });

/** Levels of the body around a value that may have the full depth itself: `{"update": {key: value}}`. */
const WRAPPING_LEVELS = 2;
/** Characters of a member's name in an error. */
const MEMBER_LENGTH = 64;

/**
 * Parses a body as JSON that may be stored; undefined for an empty one.
 * Throws `invalid` for invalid UTF-8, invalid JSON, values that {@link whyNotStorable} refuses, and integers beyond the
 * precision of doubles.
 */
export function parseJsonBody(bytes: Buffer): unknown {
  if (bytes.length === 0) return undefined;
  let text: string;
  try {
    text = utf8.decode(bytes);
  } catch (cause) {
    throw new VegaError("invalid", "the body is not valid UTF-8", [], cause);
  }
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (cause) {
    throw new VegaError("invalid", `the body is not valid JSON${positionIn(cause)}`, [], cause);
  }
  const why = whyNotStorable(value, -WRAPPING_LEVELS);
  if (why) throw new VegaError("invalid", `the body is refused: ${why}`);
  refuseInexactIntegers(text);
  return value;
}

/** The error has the position, not the number, which may be secret. */
function refuseInexactIntegers(text: string): void {
  const found = findInexactInteger(text);
  if (!found) return;
  const { position, member } = found;
  const name = member === undefined ? "" : ` ${JSON.stringify(member.slice(0, MEMBER_LENGTH))}`;
  throw new VegaError(
    "invalid",
    `the integer${name} at position ${position} exceeds the precision of a double; send it as a string`,
  );
}

/** The position of a syntax error, without the quoted text of the body, which may be secret. */
function positionIn(cause: unknown): string {
  const [position] = /at position \d+|end of JSON input/.exec(String(cause)) ?? [];
  return position ? ` (${position})` : "";
}

/** Whether a media type has a charset other than UTF-8 (RFC 8259, section 8.1). */
export function namesOtherCharset(contentType: string): boolean {
  for (const [, charset] of contentType.matchAll(/;\s*charset\s*=\s*"?([^\s;"]*)/gi)) {
    if (!/^utf-?8$/i.test(charset ?? "")) return true;
  }
  return false;
}

/** Accepts JSON bodies. An empty body may have any content type, as `curl -d ''` sends one. */
export const bodies = fp(async (app) => {
  app.removeAllContentTypeParsers();
  app.addContentTypeParser(
    "application/json",
    { parseAs: "buffer" },
    async (request: FastifyRequest, body: Buffer) => {
      // The body of a 404 is ignored.
      if (request.is404 || body.length === 0) return undefined;
      if (namesOtherCharset(request.headers["content-type"] ?? "")) {
        throw new VegaError("unsupported_media_type", "unsupported charset; JSON must be UTF-8");
      }
      return parseJsonBody(body);
    },
  );
  app.addContentTypeParser(
    "*",
    { parseAs: "buffer" },
    async (request: FastifyRequest, body: Buffer) => {
      if (request.is404 || body.length === 0) return undefined;
      throw new VegaError(
        "unsupported_media_type",
        "unsupported content type; send the body as application/json",
      );
    },
  );
});
