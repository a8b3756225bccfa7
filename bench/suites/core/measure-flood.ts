import type { BenchPlatform } from "../../src/cluster/platform.ts";
import { wire } from "../../src/load/http-exchange.ts";
import type { LoadRound } from "../../src/load/http-load.ts";
import { runHttpLoad } from "../../src/load/http-load.ts";
import type { Section } from "../../src/report/section.ts";
import { show } from "../../src/statistics.ts";
import type { Options } from "./options.ts";

const LOGINS = 500;
const CONNECTIONS = 16;

const row = (name: string, round: LoadRound) =>
  [name].concat([round.perSecond, round.p50, round.p99].map(show));

/** Reads without logins, and during five hundred concurrent logins with the right password, the most expensive request. */
export async function measureFlood(platform: BenchPlatform, options: Options): Promise<Section> {
  const { url, adminPassword } = platform;
  const bytes = Buffer.from(wire(url, { path: "/api/status" }));
  const read = () =>
    runHttpLoad({ url, connections: CONNECTIONS, seconds: options.seconds, next: () => bytes });
  const before = await read();
  const statuses = new Map<number, number>();
  let completed = 0;
  const flood = Promise.all(
    Array.from({ length: LOGINS }, async () => {
      const { status } = await fetch(`${url}/api/auth/login`, {
        method: "POST",
        headers: { "content-type": "application/json" },
        body: JSON.stringify({ username: "admin", password: adminPassword }),
      });
      completed += 1;
      statuses.set(status, (statuses.get(status) ?? 0) + 1);
    }),
  );
  const during = await read();
  const left = LOGINS - completed;
  await flood;
  const counts = [...statuses].map(([status, count]) => `${count} × ${status}`).join(", ");
  const failed = before.failed + during.failed;
  return {
    title: `GET /api/status at ${CONNECTIONS} connections before and during ${LOGINS} concurrent logins`,
    columns: ["", "reads/s", "p50 ms", "p99 ms"],
    rows: [row("before", before), row("during", during)],
    notes: [
      `p99 during ÷ before: ${show(during.p99 / before.p99)}; statuses of the logins: ${counts}; ${left} pending at the end of the reads`,
    ],
    aims: [],
    faults: failed === 0 ? [] : [`${failed} reads were not 2xx`],
    raw: { before, during, statuses: Object.fromEntries(statuses), left },
  };
}
