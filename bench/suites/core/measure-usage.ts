import { statSync } from "node:fs";
import { join } from "node:path";
import { exchange, jsonOf } from "../../src/load/http-exchange.ts";
import { fillMessages, fillRollups, lastDays } from "./fill-usage.ts";
import type { Spread } from "../../src/statistics.ts";
import { show, spreadOf } from "../../src/statistics.ts";
import type { Options } from "./options.ts";
import { preparePlatform, WITHOUT_BACKUPS } from "../../src/cluster/platform.ts";
import type { Section } from "../../src/report/section.ts";

const FEW = 1_000;
/** Allowed slowdown from few messages to many: beyond noise. */
const AIM = 2;
const QUERIES = ["by=day", "by=model", "by=user", "by=day&user=shared"] as const;
const TIMES = 100;

interface Size {
  readonly messages: number;
  readonly megabytes: number;
  readonly answers: readonly { readonly asked: string; readonly ms: Spread }[];
}

/** Usage of a month and 200 users with few and with many messages in the database: sequential requests. */
export async function measureUsage({ messages }: Options): Promise<Section> {
  const platform = await preparePlatform(WITHOUT_BACKUPS);
  const path = join(platform.folder, "data", "vega.db");
  const faults: string[] = [];
  const sizes: Size[] = [];
  try {
    await platform.start();
    await platform.end("SIGINT");
    const days = lastDays(Date.now());
    const expected = fillRollups(path, messages, days);
    let present = 0;
    for (const size of [FEW, messages]) {
      fillMessages(path, present, size, days.at(-1) ?? "");
      present = size;
      await platform.start();
      await platform.ready();
      const answers = [];
      for (const query of QUERIES) {
        const times: number[] = [];
        for (let n = 0; n < TIMES; n += 1) {
          const started = performance.now();
          const response = await exchange(platform.url, {
            path: `/api/usage?${query}&from=${days[0]}&to=${days.at(-1)}`,
            headers: { authorization: platform.writeHeaders.authorization },
          });
          times.push(performance.now() - started);
          if (response.status !== 200) faults.push(`${query}: status ${response.status}`);
          const { total }: { total?: { answers: number } } = jsonOf(response);
          const wanted = query.includes("shared") ? expected / 200 : expected;
          // Each of the five generated models counts the whole day.
          const counted = query === "by=model" ? wanted * 5 : wanted;
          if (total?.answers !== counted) faults.push(`${query}: not ${counted} answers`);
        }
        answers.push({ asked: query, ms: spreadOf(times) });
      }
      await platform.end("SIGINT");
      sizes.push({ messages: size, megabytes: statSync(path).size / 1e6, answers });
    }
  } finally {
    await platform.close();
  }
  const [few, many] = sizes;
  const slower = QUERIES.map((_, n) => {
    const [a, b] = [few, many].map((size) => size?.answers[n]?.ms.p50 ?? Number.NaN);
    return (b ?? Number.NaN) / (a ?? Number.NaN);
  });
  return {
    title: "GET /api/usage of 30 days and 200 users, sequential requests",
    columns: ["messages", "database MB", ...QUERIES.map((query) => `${query} p50 ms (p99)`)],
    rows: sizes.map(({ messages: count, megabytes, answers }) => [
      show(count),
      show(megabytes),
      ...answers.map(({ ms }) => `${show(ms.p50)} (${show(ms.p99)})`),
    ]),
    aims: [
      {
        what: `with ${show(messages)} messages at most ${AIM} × as slow as with ${show(FEW)}: ${slower.map(show).join(", ")}`,
        met: slower.every((one) => one <= AIM),
      },
    ],
    faults: [...new Set(faults)],
    raw: sizes,
  };
}
