import { DatabaseSync } from "node:sqlite";

/** Bytes of a database without its free pages. */
export function bytesInUse(path: string): number {
  const database = new DatabaseSync(path, { readOnly: true });
  try {
    const pragma = (name: string) => Number(database.prepare(`PRAGMA ${name}`).get()?.[name]);
    return (pragma("page_count") - pragma("freelist_count")) * pragma("page_size");
  } finally {
    database.close();
  }
}
