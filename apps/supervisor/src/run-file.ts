import { readFileSync } from "node:fs";
import { writePrivate } from "./private-file.ts";
import type { KnownProcess } from "./processes.ts";

/** `<data>/run.json`: the platform that runs on a data folder, or ran last. */
export interface RunRecord {
  /** Of the supervisor. */
  readonly pid: number;
  /** ISO 8601. */
  readonly startedAt: string;
  readonly http: string;
  /** With the observer's password for the embedded bus; the file's mode is 0600. */
  readonly nats_url: string;
  /** Whether that is the embedded nats-server. */
  readonly own_bus: boolean;
  /** The running processes; empty after an orderly stop. */
  readonly children: readonly KnownProcess[];
}

/** The last record; undefined when it is missing or invalid. */
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
