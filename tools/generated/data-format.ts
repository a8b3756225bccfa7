import type { FormatRecord } from "@vega/state";
import { changedParts, newRecord } from "@vega/state";
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";

export const DATA_FORMAT_FILE = "services/state/src/store/data-format.json";

/**
 * The fingerprints of the stored data as this version has them, and the parts that differ from the recorded ones.
 * Throws Error where a released data format would be recorded again.
 */
export function dataFormatRecord(root: string): { text: string; changed: string[] } {
  const path = join(root, DATA_FORMAT_FILE);
  const before = existsSync(path)
    ? (JSON.parse(readFileSync(path, "utf8")) as FormatRecord)
    : undefined;
  const after = newRecord(before);
  return {
    text: `${JSON.stringify(after, null, 2)}\n`,
    changed: changedParts(before?.fingerprints ?? {}, after.fingerprints),
  };
}
