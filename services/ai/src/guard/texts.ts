import type { Json } from "@vega/contracts";

/** A data URL with a file, whose bytes are not searched. */
const isFile = (text: string) =>
  text.startsWith("data:") && text.slice(0, 200).includes(";base64,");

/** All texts in a value with their places, such as `messages.0.content`, except files. */
export function* textsIn(value: Json | undefined, place: string): Generator<[string, string]> {
  if (typeof value === "string") {
    if (!isFile(value)) yield [place, value];
  } else if (typeof value === "object" && value !== null) {
    for (const [key, item] of Object.entries(value)) {
      yield* textsIn(item, place === "" ? key : `${place}.${key}`);
    }
  }
}

/** A copy of a value with its texts replaced; `key` is the member that contains the text. */
export function mapTexts(value: Json, change: (text: string, key: string) => string): Json {
  const map = (item: Json, key: string): Json => {
    if (typeof item === "string") return isFile(item) ? item : change(item, key);
    if (Array.isArray(item)) return item.map((one) => map(one, key));
    if (item === null || typeof item !== "object") return item;
    return Object.fromEntries(Object.entries(item).map(([name, one]) => [name, map(one, name)]));
  };
  return map(value, "");
}
