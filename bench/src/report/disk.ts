import { closeSync, fsyncSync, mkdtempSync, openSync, rmSync, writeSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Spread } from "../statistics.ts";
import { spreadOf } from "../statistics.ts";

const WRITES = 300;
const PAGE = Buffer.alloc(4_096, 1);

/** Milliseconds of one page write with fsync on the disk of the data folder: the lower bound of a durable write. */
export function timeDisk(): Spread {
  const folder = mkdtempSync(join(tmpdir(), "vega-bench-disk-"));
  const file = openSync(join(folder, "pages"), "w");
  try {
    const times = Array.from({ length: WRITES }, () => {
      const from = performance.now();
      writeSync(file, PAGE);
      fsyncSync(file);
      return performance.now() - from;
    });
    return spreadOf(times);
  } finally {
    closeSync(file);
    rmSync(folder, { recursive: true });
  }
}
