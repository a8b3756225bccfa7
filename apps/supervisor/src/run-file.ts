import { readFileSync } from "node:fs";
import { writePrivate } from "./private-file.ts";
import type { KnownProcess } from "./processes.ts";

/** What `<data>/run.json` tells about the platform that runs on a data folder, or ran last. */
export interface RunRecord {
  /** The supervisor's. */
  readonly pid: number;
  /** ISO 8601. */
  readonly startedAt: string;
  readonly http: string;
  /** With an observer's password, where it is our own: the file's mode is 0600. */
  readonly nats_url: string;
  /** Whether that is the nats-server that the platform runs for itself. */
  readonly own_bus: boolean;
  /** The processes that run now; none after an orderly stop. */
  readonly children: readonly KnownProcess[];
}

/** The record as it was left; undefined when there is none or it can't be made out. */
export function readRunFile(path: string): RunRecord | undefined {
  try {
    const record = JSON.parse(readFileSync(path, "utf8")) as Partial<RunRecord>;
    if (typeof record.pid !== "number" || typeof record.nats_url !== "string") return undefined;
    return {
      pid: record.pid,
      startedAt: String(record.startedAt),
      http: String(record.http),
      nats_url: record.nats_url,
      own_bus: record.own_bus === true,
      children: (record.children ?? []).filter(
        ({ pid, identity }) => Number.isInteger(pid) && typeof identity === "string",
      ),
    };
  } catch {
    return undefined;
  }
}

export function writeRunFile(path: string, record: RunRecord): void {
  writePrivate(path, `${JSON.stringify(record, null, 2)}\n`);
}
