import type { Platform } from "@vega/test-network";
import { readFileSync } from "node:fs";
import { underLoad } from "./load.ts";
import type { Options } from "./options.ts";

/** Resident memory of a process in bytes (Linux). */
export function residentBytes(pid: number): number {
  const status = readFileSync(`/proc/${pid}/status`, "utf8");
  return Number(/^VmRSS:\s+(\d+) kB$/m.exec(status)?.[1]) * 1_024;
}

const MEBIBYTE = 1024 * 1024;

async function residentMebibytes(platform: Platform): Promise<Record<string, number>> {
  const { pid, children } = await platform.runFile();
  return Object.fromEntries(
    [{ name: "supervisor", pid }, ...children].map((child) => [
      child.name,
      Math.round(residentBytes(child.pid) / MEBIBYTE),
    ]),
  );
}

/** Resident memory of each process, MiB: right after the start, and at the end of a load of writes. */
export async function measureProcesses(platform: Platform, token: string, options: Options) {
  const idle = await residentMebibytes(platform);
  let count = 0;
  await underLoad({
    url: `${platform.api.url}/api/memory-update`,
    connections: 64,
    seconds: options.seconds * 2,
    headers: { authorization: `Bearer ${token}`, "content-type": "application/json" },
    body: (connection) => JSON.stringify({ update: { [`k${connection}`]: ++count } }),
  });
  return [{ name: "resident memory, MiB", idle, under_load: await residentMebibytes(platform) }];
}
