import { whitepaperSlugSchema } from "@vega/contracts";

const MAX_LENGTH = 60;

/** Letters that Unicode does not decompose into a Latin letter and a mark. */
const LATIN: Readonly<Record<string, string>> = {
  æ: "ae",
  ä: "ae",
  ö: "oe",
  ü: "ue",
  ø: "oe",
  œ: "oe",
  ß: "ss",
  ð: "d",
  þ: "th",
  ł: "l",
};

/** The slug of a title; undefined where nothing is left of it. */
export function slugOf(title: string): string | undefined {
  const latin = title
    .toLowerCase()
    .normalize("NFC")
    .replaceAll(/[æäöüøœßðþł]/gu, (letter) => LATIN[letter] ?? letter)
    .normalize("NFD")
    .replaceAll(/\p{M}/gu, "")
    .replaceAll(/[^a-z0-9]+/gu, "-")
    .slice(0, MAX_LENGTH)
    .replaceAll(/^-+|-+$/gu, "");
  return whitepaperSlugSchema.safeParse(latin).success ? latin : undefined;
}
