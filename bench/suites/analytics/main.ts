// `npm run bench:analytics`: processor time that counting adds to a request, from a CPU profile of a gateway under load;
// `--help` lists the options. A missed aim is reported and does not fail; the exit code is 1 when a response was wrong.
import { startNetwork } from "@vega/test-support";
import { parseArgs } from "node:util";
import { wire } from "../../src/load/http-exchange.ts";
import { runHttpLoad } from "../../src/load/http-load.ts";
import { positiveNumber } from "../../src/options.ts";
import { startResults } from "../../src/report/results.ts";
import type { Section } from "../../src/report/section.ts";
import { show } from "../../src/statistics.ts";
import { profileCpu, shareOf } from "./cpu-profile.ts";

const HELP = `npm run bench:analytics -- [options]
  --seconds N     of each load (10)`;
const AIM_US = 2;
const CONNECTIONS = 16;

const HOOK = "/plugins/count-requests.ts";
const COUNTING = "/services/gateway/src/analytics/";

const FIREFOX = "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0";
const OF_PAGE = { "sec-fetch-site": "same-origin", "sec-fetch-dest": "empty" };

interface Load {
  readonly name: string;
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  /** A read has an aim; an HTML page costs more by itself. */
  readonly isRead: boolean;
}

const LOADS: readonly Load[] = [
  { name: "read by a program", path: "/api/status", headers: {}, isRead: true },
  { name: "read by an open page", path: "/api/status", headers: OF_PAGE, isRead: true },
  { name: "page view", path: "/docs", headers: {}, isRead: false },
];

const { values } = parseArgs({
  options: {
    help: { type: "boolean", default: false },
    seconds: { type: "string", default: "10" },
  },
});
if (values.help) console.log(HELP);
else process.exitCode = (await bench(positiveNumber("seconds", values.seconds))) ? 0 : 1;

async function bench(seconds: number): Promise<boolean> {
  const results = startResults("-analytics");
  const network = await startNetwork({
    services: ["state", "auth", "gateway"],
    env: { VEGA_ANALYTICS: "true", VEGA_TRUSTED_PROXIES: "127.0.0.1" },
  });
  try {
    results.add(await measure(network.api.url, seconds));
    return results.keep({ seconds, connections: CONNECTIONS }, {});
  } finally {
    await network.close();
  }
}

function has(files: ReadonlySet<string>, part: string): boolean {
  return [...files].some((file) => file.includes(part));
}

function per(microseconds: number, answers: number): number {
  return microseconds / answers;
}

async function measure(url: string, seconds: number): Promise<Section> {
  const measured = [];
  for (const load of LOADS) {
    // Optimized code is measured: the first round warms up.
    await run(url, load, Math.min(3, seconds));
    let answers = 0;
    let failed = 0;
    const profile = await profileCpu(async () => {
      ({ answers, failed } = await run(url, load, seconds));
    });
    const inRequests = shareOf(profile, (files) => has(files, HOOK));
    const inReports = shareOf(profile, (files) => !has(files, HOOK) && has(files, COUNTING));
    const { cpuMicroseconds } = profile;
    measured.push({ load, answers, failed, cpuMicroseconds, inRequests, inReports });
  }
  return {
    title:
      "Processor time that counting adds to a request, µs (share of the samples of a CPU profile)",
    columns: ["request", "requests", "whole process", "in the request", "in reports", "sum"],
    rows: measured.map(({ load, answers, cpuMicroseconds, inRequests, inReports }) => [
      load.name,
      show(answers),
      show(per(cpuMicroseconds, answers)),
      show(per(inRequests.microseconds, answers)),
      show(per(inReports.microseconds, answers)),
      show(per(inRequests.microseconds + inReports.microseconds, answers)),
    ]),
    notes: [
      `${CONNECTIONS} clients behind a trusted proxy, one on each connection; gateway, state and load share a process`,
      "time of a function includes what it calls, such as reading the client's address from proxy headers",
    ],
    aims: measured
      .filter(({ load }) => load.isRead)
      .map(({ load, answers, inRequests, inReports }) => {
        const added = per(inRequests.microseconds + inReports.microseconds, answers);
        return { what: `${load.name}: ${show(added)} µs, aim ≤ ${AIM_US}`, met: added <= AIM_US };
      }),
    faults: measured
      .filter(({ failed }) => failed > 0)
      .map(({ load, failed }) => `${load.name}: ${failed} responses were not 2xx`),
    raw: measured.map(({ load, answers, cpuMicroseconds, inRequests, inReports }) => ({
      load,
      answers,
      cpu_microseconds: cpuMicroseconds,
      in_requests: inRequests,
      in_reports: inReports,
    })),
  };
}

function run(url: string, { path, headers }: Load, seconds: number) {
  const requests = Array.from({ length: CONNECTIONS }, (_, n) => {
    const ofClient = { "user-agent": FIREFOX, "x-forwarded-for": `203.0.113.${n}` };
    return Buffer.from(wire(url, { path, headers: { ...ofClient, ...headers } }));
  });
  const next = (connection: number) => requests[connection] ?? Buffer.alloc(0);
  return runHttpLoad({ url, connections: CONNECTIONS, seconds, next });
}
