import { createHash } from "node:crypto";
import { readFile, writeFile } from "node:fs/promises";
import { gunzipSync, gzipSync } from "node:zlib";

/** Rewrites the lines of a backup. */
export async function changeLines(file: string, how: (lines: string[]) => string[]): Promise<void> {
  const lines = gunzipSync(await readFile(file))
    .toString()
    .trimEnd()
    .split("\n");
  await writeFile(file, gzipSync(`${how(lines).join("\n")}\n`));
}

/** Rewrites the lines before the last of a backup so that the digest at its end is right again. */
export const forge = (file: string, how: (line: string) => string): Promise<void> =>
  changeLines(file, (lines) => {
    const before = lines.slice(0, -1).map(how);
    const digest = createHash("sha256")
      .update(`${before.join("\n")}\n`)
      .digest("hex");
    const { end } = JSON.parse(lines.at(-1) ?? "") as { end: object };
    return [...before, JSON.stringify({ end: { ...end, digest } })];
  });
