import { VegaError, whyNotStorable } from "@vega/contracts";
import fp from "fastify-plugin";

const utf8 = new TextDecoder("utf-8", { fatal: true });

/** Levels that a body puts around a value that may itself nest as deep as is allowed: `{"update": {key: value}}`. */
const WRAPPING_LEVELS = 2;

/**
 * A body as JSON that may be stored; undefined for an empty one.
 * Throws `invalid` for bytes that are no UTF-8, text that is no JSON, and what {@link whyNotStorable} refuses.
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
  return value;
}

/** Where the parser stopped; nothing of what it quotes of the body, which may be secret. */
function positionIn(cause: unknown): string {
  const [position] = /at position \d+|end of JSON input/.exec(String(cause)) ?? [];
  return position ? ` (${position})` : "";
}

/** Bodies are JSON; an empty one is fine with any content type, as `curl -d ''` sends it. */
export const bodies = fp(async (app) => {
  app.removeAllContentTypeParsers();
  app.addContentTypeParser(
    "application/json",
    { parseAs: "buffer" },
    async (request: { is404: boolean }, body: Buffer) =>
      // Where there is no route the body does not matter.
      request.is404 ? undefined : parseJsonBody(body),
  );
  app.addContentTypeParser(
    "*",
    { parseAs: "buffer" },
    async (request: { is404: boolean }, body: Buffer) => {
      if (request.is404 || body.length === 0) return undefined;
      throw new VegaError("unsupported_media_type", "send the body as application/json");
    },
  );
});
