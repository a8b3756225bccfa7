import type { Round } from "./load.ts";
import { underLoad } from "./load.ts";
import { wire } from "./exchange.ts";
import { show } from "./figures.ts";
import type { Options } from "./options.ts";
import type { BenchPlatform } from "./platform.ts";
import type { Section } from "./section.ts";

const LOGINS = 500;
const CONNECTIONS = 16;
const ASK = { path: "/api/status" } as const;

const row = (name: string, round: Round) =>
  [name].concat([round.perSecond, round.p50, round.p99].map(show));

/** Reads while nobody logs in, and while five hundred do at once with the right password, the dearest answer there is. */
export async function measureFlood(platform: BenchPlatform, options: Options): Promise<Section> {
  const { url, adminPassword } = platform;
  const bytes = Buffer.from(wire(url, ASK));
  const read = () =>
    underLoad({ url, connections: CONNECTIONS, seconds: options.seconds, next: () => bytes });
  const before = await read();
  const statuses = new Map<number, number>();
  let answered = 0;
  const flood = Promise.all(
    Array.from({ length: LOGINS }, async () => {
      const { status } = await fetch(`${url}/api/auth/login`, {
        method: "POST",
        headers: { "content-type": "application/json" },
        body: JSON.stringify({ username: "admin", password: adminPassword }),
      });
      answered += 1;
      statuses.set(status, (statuses.get(status) ?? 0) + 1);
    }),
  );
  const during = await read();
  const left = LOGINS - answered;
  await flood;
  const told = [...statuses].map(([status, count]) => `${count} × ${status}`).join(", ");
  const failed = before.failed + during.failed;
  return {
    title: `GET /api/status at ${CONNECTIONS} connections before and during ${LOGINS} logins at once`,
    columns: ["", "reads/s", "p50 ms", "p99 ms"],
    rows: [row("before", before), row("during", during)],
    notes: [
      `p99 during ÷ before: ${show(during.p99 / before.p99)}; logins answered: ${told}; ${left} still waited when the reads ended`,
    ],
    aims: [],
    faults: failed === 0 ? [] : [`${failed} reads were not 2xx`],
    raw: { before, during, statuses: Object.fromEntries(statuses), left },
  };
}
