import type { Json } from "./json.ts";

/** Names, texts and numbers of a JSON value in their order, a line each, until there are `limit` characters. */
export function jsonText(value: Json, limit: number): string {
  const parts: string[] = [];
  let length = 0;
  const add = (part: string) => {
    parts.push(part);
    length += part.length + 1;
  };
  const walk = (one: Json): void => {
    if (length >= limit) return;
    if (typeof one === "string") add(one);
    else if (typeof one === "number") add(String(one));
    else if (Array.isArray(one)) one.forEach(walk);
    else if (typeof one === "object" && one !== null) {
      for (const [name, item] of Object.entries(one)) {
        if (length >= limit) return;
        add(name);
        walk(item);
      }
    }
  };
  walk(value);
  return parts.join("\n").slice(0, limit);
}
