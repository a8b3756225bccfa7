/** A picture of the predecessor that has a title and a category. */
export interface CuratedPicture {
  readonly file: string;
  readonly title: string;
  readonly category: string;
}

/** An object of the predecessor's server.js, with these members in any order, in either quotes. */
const OBJECT = /\{[^{}]*\bfile\s*:[^{}]*\}/g;
const member = (name: string) => new RegExp(`\\b${name}\\s*:\\s*(?:'([^']*)'|"([^"]*)")`);

/** The curated list in the text of the predecessor's server.js; empty for a text without a list. */
export function readServerList(source: string): CuratedPicture[] {
  return Array.from(source.matchAll(OBJECT), ([text]) => {
    const [file, title, category] = ["file", "title", "category"].map((name) => {
      const [, single, double] = member(name).exec(text) ?? [];
      return single ?? double;
    });
    return file !== undefined && title !== undefined && category !== undefined
      ? { file, title, category }
      : undefined;
  }).filter((picture) => picture !== undefined);
}

/**
 * The curated list of a saved response of its `GET /api/assets`.
 * @throws Error for a document of another shape
 */
export function readResponseList(text: string): CuratedPicture[] {
  const { curated } = JSON.parse(text) as { curated?: unknown };
  if (!Array.isArray(curated)) throw new Error("it has no list `curated`");
  return curated.map((entry: unknown, index) => {
    const { path, title, category } = (entry ?? {}) as Record<string, unknown>;
    if (typeof path !== "string" || typeof title !== "string" || typeof category !== "string") {
      throw new Error(`entry ${index} of \`curated\` lacks path, title or category`);
    }
    return { file: decodeURIComponent(path.split("/").at(-1) ?? ""), title, category };
  });
}
