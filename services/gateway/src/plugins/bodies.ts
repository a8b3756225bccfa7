import { VegaError, whyNotStorable } from "@vega/contracts";
import type { FastifyRequest } from "fastify";
import fp from "fastify-plugin";
import { findInexactInteger } from "./exact-integers.ts";

const utf8 = new TextDecoder("utf-8", { fatal: true });

/** Levels that a body puts around a value that may itself nest as deep as is allowed: `{"update": {key: value}}`. */
const WRAPPING_LEVELS = 2;
/** So much of a member's name is told. */
const MEMBER_LENGTH = 64;

/**
 * A body as JSON that may be stored; undefined for an empty one.
 * Throws `invalid` for bytes that are no UTF-8, text that is no JSON, what {@link whyNotStorable} refuses, and integers
 * that would be kept as others.
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
  if (why) throw new VegaError("invalid", `the body can't be taken: ${why}`);
  refuseInexactIntegers(text);
  return value;
}

/** Tells the place and not the number, which may be secret. */
function refuseInexactIntegers(text: string): void {
  const found = findInexactInteger(text);
  if (!found) return;
  const { position, member } = found;
  const name = member === undefined ? "" : ` ${JSON.stringify(member.slice(0, MEMBER_LENGTH))}`;
  throw new VegaError(
    "invalid",
    `the body can't be taken: the integer${name} at position ${position} has more digits than can be kept; send it as a string`,
  );
}

/** Where the parser stopped; nothing of what it quotes of the body, which may be secret. */
function positionIn(cause: unknown): string {
  const [position] = /at position \d+|end of JSON input/.exec(String(cause)) ?? [];
  return position ? ` (${position})` : "";
}

/** Whether a media type names a charset that is not the one of JSON (RFC 8259, section 8.1). */
export function namesOtherCharset(contentType: string): boolean {
  for (const [, charset] of contentType.matchAll(/;\s*charset\s*=\s*"?([^\s;"]*)/gi)) {
    if (!/^utf-?8$/i.test(charset ?? "")) return true;
  }
  return false;
}

/** Bodies are JSON; an empty one is fine with any content type, as `curl -d ''` sends it. */
export const bodies = fp(async (app) => {
  app.removeAllContentTypeParsers();
  app.addContentTypeParser(
    "application/json",
    { parseAs: "buffer" },
    async (request: FastifyRequest, body: Buffer) => {
      // Where there is no route the body does not matter.
      if (request.is404 || body.length === 0) return undefined;
      if (namesOtherCharset(request.headers["content-type"] ?? "")) {
        throw new VegaError("unsupported_media_type", "JSON is UTF-8; send no other charset");
      }
      return parseJsonBody(body);
    },
  );
  app.addContentTypeParser(
    "*",
    { parseAs: "buffer" },
    async (request: FastifyRequest, body: Buffer) => {
      if (request.is404 || body.length === 0) return undefined;
      throw new VegaError("unsupported_media_type", "send the body as application/json");
    },
  );
});
