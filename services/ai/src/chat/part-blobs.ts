import type { ContentBlob, JsonObject } from "@vega/contracts";
import { BLOBS_MEMBER } from "@vega/contracts";
import { createHash } from "node:crypto";

/*
 * Large values of content parts, such as the data URL of a picture. The stored form of a part has the digest of the bytes
 * in their place, and state has the bytes as a blob.
 */

/** Longest value that is stored within its part, in characters. */
const BULK = 64 * 1024;

/** Where a large value of a part is. */
interface Bulk {
  readonly path: readonly string[];
  readonly text: string;
}

function bulkOf(part: JsonObject): Bulk[] {
  if (part.type === "text") return [];
  return Object.entries(part).flatMap(([member, value]): Bulk[] => {
    if (typeof value === "string")
      return value.length > BULK ? [{ path: [member], text: value }] : [];
    if (typeof value !== "object" || value === null || Array.isArray(value)) return [];
    return Object.entries(value).flatMap(([inner, text]): Bulk[] =>
      typeof text === "string" && text.length > BULK ? [{ path: [member, inner], text }] : [],
    );
  });
}

const DATA_URL = /^data:([^;,]{0,128})[^,]{0,256},/;
/** In the alphabet of RFC 4648, as all providers want it. */
const BASE64 = /^[A-Za-z0-9+/]+={0,2}$/;

/** The bytes of a large value, and how it is made of them. */
function decode(
  { text, path }: Bulk,
  part: JsonObject,
): { bytes: Buffer; about: Omit<ContentBlob, "sha256" | "bytes"> } {
  const [prefix = "", type = ""] = DATA_URL.exec(text.slice(0, 512)) ?? [];
  const value = text.slice(prefix.length);
  const encoding = BASE64.test(value) ? "base64" : "utf8";
  const bytes = Buffer.from(value, encoding);
  const media_type = type || mediaTypeOf(part, path);
  return { bytes, about: { path: [...path], media_type, prefix, encoding } };
}

/** A sound has its format beside its data, not a data URL. */
function mediaTypeOf(part: JsonObject, [member = ""]: Bulk["path"]): string | null {
  const value = part[member];
  const format =
    typeof value === "object" && value !== null && !Array.isArray(value) ? value["format"] : null;
  return typeof format === "string" && /^[a-z0-9]{1,16}$/.test(format) ? `audio/${format}` : null;
}

/** A message is compared with stored ones several times; its bytes are hashed once. */
const known = new WeakMap<JsonObject, JsonObject>();

/** The stored form of a part. A part that the client got from VEGA has it already; `storeFiles` refuses files of others. */
export function storedPart(part: JsonObject): JsonObject {
  const found = known.get(part);
  if (found) return found;
  const bulk = bulkOf(part);
  if (bulk.length === 0) return part;
  const { [BLOBS_MEMBER]: _, ...own } = part;
  const blobs = bulk.map((one): ContentBlob => {
    const { bytes, about } = decode(one, part);
    const sha256 = createHash("sha256").update(bytes).digest("hex");
    return { ...about, sha256, bytes: bytes.byteLength };
  });
  const stored: JsonObject = { ...withoutBulk(own, bulk), [BLOBS_MEMBER]: blobs };
  known.set(part, stored);
  return stored;
}

function withoutBulk(part: JsonObject, bulk: readonly Bulk[]): JsonObject {
  const isBulk = (...path: string[]) => bulk.some((one) => one.path.join("\n") === path.join("\n"));
  return Object.fromEntries(
    Object.entries(part)
      .filter(([member]) => !isBulk(member))
      .map(([member, value]) => [
        member,
        typeof value === "object" && value !== null && !Array.isArray(value)
          ? Object.fromEntries(Object.entries(value).filter(([inner]) => !isBulk(member, inner)))
          : value,
      ]),
  );
}

/** Whether a part of a request is stored without blobs. */
export const isInline = (part: JsonObject): boolean => bulkOf(part).length === 0;

/** The bytes of a request's large values by their digest. */
export function bytesOf(messages: readonly JsonObject[]): Map<string, () => Buffer> {
  const found = new Map<string, () => Buffer>();
  for (const part of partsOf(messages)) {
    const stored = storedPart(part)[BLOBS_MEMBER] as readonly ContentBlob[] | undefined;
    bulkOf(part).forEach((one, at) => {
      const sha256 = stored?.[at]?.sha256;
      if (sha256 !== undefined) found.set(sha256, () => decode(one, part).bytes);
    });
  }
  return found;
}

export function partsOf(messages: readonly JsonObject[]): JsonObject[] {
  return messages.flatMap(({ content }) =>
    Array.isArray(content)
      ? content.filter(
          (part): part is JsonObject =>
            typeof part === "object" && part !== null && !Array.isArray(part),
        )
      : [],
  );
}

/** The part as the client sent it, with the bytes of its blobs in their order. */
export function wholePart(
  part: JsonObject,
  blobs: readonly ContentBlob[],
  bytes: readonly Buffer[],
): JsonObject {
  const { [BLOBS_MEMBER]: _, ...result } = part;
  blobs.forEach(({ path: [member = "", inner], prefix, encoding }, at) => {
    const value = prefix + (bytes[at] ?? Buffer.alloc(0)).toString(encoding);
    if (inner === undefined) result[member] = value;
    else result[member] = { ...(result[member] as JsonObject | undefined), [inner]: value };
  });
  return result;
}

/** How versions before stored files noted a large part. Clients send the whole list of such a conversation again. */
export function notedPart(part: JsonObject): JsonObject {
  const [first] = bulkOf(part);
  if (!first) return part;
  const large = part[first.path[0] ?? ""] ?? null;
  const kilobytes = Math.round(JSON.stringify(large).length / 1_000);
  return { type: "text", text: noteOf(part, `of ${kilobytes} kB: shown once, not kept`) };
}

/** A note in place of a part. */
export const noteOf = ({ type }: JsonObject, what: string): string =>
  `[${typeof type === "string" ? type : "a part"} ${what}]`;
