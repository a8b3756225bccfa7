import type { LinkTarget } from "./blocks.ts";

const PROTOCOLS = new Set(["http:", "https:", "mailto:"]);

/** The target of a link; undefined for one that no document may have, such as `javascript:` or a relative path. */
export function linkTarget(href: string): LinkTarget | undefined {
  if (href.startsWith("#")) return href.length > 1 ? { anchor: decoded(href.slice(1)) } : undefined;
  const url = URL.parse(href);
  return url && PROTOCOLS.has(url.protocol) ? { url: url.href } : undefined;
}

function decoded(anchor: string): string {
  try {
    return decodeURIComponent(anchor);
  } catch {
    return anchor;
  }
}

const IMAGE_ID =
  /(?:vega:\/\/library\/|\/api\/library\/files\/)([0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12})(?:\/content)?/giu;

/** The id of the library file that an image names: `vega://library/<id>` or `/api/library/files/<id>/content`. */
export function libraryId(source: string): string | undefined {
  const [whole, id] = new RegExp(IMAGE_ID.source, "iu").exec(source) ?? [];
  return whole === source ? id?.toLowerCase() : undefined;
}

/** Ids of library files that a Markdown text names, each once, in order, at most `limit`. */
export function libraryIdsIn(markdown: string, limit: number): string[] {
  const ids = new Set<string>();
  for (const [, id] of markdown.matchAll(IMAGE_ID)) {
    if (ids.size >= limit) break;
    if (id) ids.add(id.toLowerCase());
  }
  return [...ids];
}
