import type { Asset, DocumentOf } from "@vega/contracts";
import { messageId } from "@vega/contracts";
import { batchOf, entryAfter } from "../../../services/state/src/store/contract/fixtures.ts";
import type { Change, Store } from "../../../services/state/src/store/store.ts";
import { seededRandom } from "../../src/statistics.ts";

/** Documents of one commit while a store is filled. */
const BATCH = 500;
/** Distinct words of all texts. */
const VOCABULARY = 30_000;
const CONSONANTS = ["t", "n", "s", "r", "h", "l", "d", "c", "m", "w", "f", "g", "p", "b", "k", "v"];
const VOWELS = ["e", "a", "o", "i", "u", "y"];
const START = Date.parse("2026-01-01T00:00:00.000Z");

export const OWNER = "00000000-0000-4000-8000-000000000001";

/** Texts with words as frequent as those of a language: few are common, most are rare. The same at every run. */
export interface Texts {
  readonly words: readonly string[];
  /** A number in 0..1. */
  readonly random: () => number;
  text(words: number): string;
}

export function createTexts(seed: number): Texts {
  const random = seededRandom(seed);
  const pick = (from: readonly string[]) => from[Math.floor(from.length * random() ** 2)] ?? "";
  const words = new Set<string>();
  while (words.size < VOCABULARY) {
    const syllables = 1 + Math.floor(random() * 4);
    words.add(Array.from({ length: syllables }, () => pick(CONSONANTS) + pick(VOWELS)).join(""));
  }
  const all = [...words];
  const word = () => all[Math.floor(all.length * random() ** 4)] ?? "";
  return { words: all, random, text: (count) => Array.from({ length: count }, word).join(" ") };
}

const CATEGORIES = 12;
const MEDIA_TYPES = ["image/jpeg", "image/png", "application/pdf", "audio/mpeg"] as const;

/** A file of the library: a title of three words, three tags, eight words of description; private, shared or public. */
export function libraryFile(texts: Texts, n: number): Change {
  const { random, words } = texts;
  const pick = <One>(from: readonly [One, ...One[]]): One =>
    from[Math.floor(from.length * random())] ?? from[0];
  const id = `00000000-0000-4000-a000-${String(n).padStart(12, "0")}`;
  const title = texts.text(3);
  const at = new Date(START + Math.floor(random() * 3e10)).toISOString();
  const body: Asset = {
    name: `${title.replaceAll(" ", "_")}.bin`,
    title,
    category: words[Math.floor(CATEGORIES * random())] ?? "",
    tags: [...new Set(texts.text(3).split(" "))],
    alt: texts.text(8),
    visibility: pick(["private", "shared", "public"]),
    sha256: String(n).padStart(64, "0"),
    media_type: pick(MEDIA_TYPES),
    bytes: 1_000,
    width: null,
    height: null,
    id,
    created_by: OWNER,
    stored_bytes: 1_000,
    version: 1,
    revision: 1,
    created_at: at,
    updated_at: at,
  };
  return { collection: "assets", id: `${OWNER}/${id}`, body };
}

/** A message of a conversation of 20. @param status `streaming`: the index leaves it out */
export function message(
  texts: Texts,
  n: number,
  words: number,
  status: "complete" | "streaming" = "complete",
): Change {
  const conversation = `00000000-0000-4000-9000-${String(Math.floor(n / 20)).padStart(12, "0")}`;
  const id = messageId(conversation, n % 20);
  const at = new Date(START + n * 60_000).toISOString();
  const body: DocumentOf<"messages"> = {
    id,
    conversation_id: conversation,
    owner: OWNER,
    position: n % 20,
    role: "assistant",
    content: texts.text(words),
    status,
    model: "vega-1",
    provider: "local",
    usage: { prompt_tokens: 100, completion_tokens: 100 },
    cost_usd: 0,
    latency_ms: 1_000,
    first_token_ms: 100,
    attempts: [],
    finish_reason: "stop",
    error: null,
    created_at: at,
    updated_at: at,
    request_id: null,
  };
  return { collection: "messages", id: `${OWNER}/${id}`, body };
}

/** Commits changes under one log entry. Throws Error where another writer has committed. */
export async function commit(store: Store, changes: readonly Change[]): Promise<void> {
  const outcome = await store.commit(batchOf([entryAfter(await store.head())], changes));
  if (outcome !== "committed") throw new Error("another writer has written to the log");
}

export async function fill(
  store: Store,
  count: number,
  document: (n: number) => Change,
): Promise<void> {
  for (let from = 0; from < count; from += BATCH) {
    const size = Math.min(BATCH, count - from);
    await commit(
      store,
      Array.from({ length: size }, (_, n) => document(from + n)),
    );
  }
}
