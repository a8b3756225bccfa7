import { statSync } from "node:fs";
import { join } from "node:path";
import { exchange } from "./exchange.ts";
import { fillMessages, fillRollups, lastDays } from "./fill-usage.ts";
import type { Spread } from "./figures.ts";
import { show, spreadOf } from "./figures.ts";
import type { Options } from "./options.ts";
import { preparePlatform } from "./platform.ts";
import type { Section } from "./section.ts";

const FEW = 1_000;
/** How much slower the many may be than the few before it is more than noise. */
const AIM = 2;
const ASKED = ["by=day", "by=model", "by=user", "by=day&user=shared"] as const;
const TIMES = 100;

interface Size {
  readonly messages: number;
  readonly megabytes: number;
  readonly answers: readonly { readonly asked: string; readonly ms: Spread }[];
}

/** Usage of a month and 200 users, while there are few and many messages: one request after the other. */
export async function measureUsage({ messages }: Options): Promise<Section> {
  const platform = await preparePlatform({
    // No copies are made of what was filled in while it is read.
    VEGA_BACKUP_HOURS: "0",
    VEGA_SNAPSHOT_SECONDS: "86400",
  });
  const path = join(platform.folder, "data", "vega.db");
  const faults: string[] = [];
  const sizes: Size[] = [];
  try {
    await platform.start();
    await platform.end("SIGINT");
    const days = lastDays(Date.now());
    const expected = fillRollups(path, messages, days);
    let there = 0;
    for (const size of [FEW, messages]) {
      fillMessages(path, there, size, days.at(-1) ?? "");
      there = size;
      await platform.start();
      await platform.ready();
      const answers = [];
      for (const asked of ASKED) {
        const times: number[] = [];
        for (let n = 0; n < TIMES; n += 1) {
          const started = performance.now();
          const { status, body } = await exchange(platform.url, {
            path: `/api/usage?${asked}&from=${days[0]}&to=${days.at(-1)}`,
            headers: { authorization: platform.writeHeaders.authorization },
          });
          times.push(performance.now() - started);
          if (status !== 200) faults.push(`${asked}: status ${status}`);
          const { total } = JSON.parse(Buffer.from(body).toString()) as {
            total?: { answers: number };
          };
          const wanted = asked.includes("shared") ? expected / 200 : expected;
          // Each model of the filling has all of its day.
          const counted = asked === "by=model" ? wanted * 5 : wanted;
          if (total?.answers !== counted) faults.push(`${asked}: not ${counted} answers`);
        }
        answers.push({ asked, ms: spreadOf(times) });
      }
      await platform.end("SIGINT");
      sizes.push({ messages: size, megabytes: statSync(path).size / 1e6, answers });
    }
  } finally {
    await platform.close();
  }
  const [few, many] = sizes;
  const slower = ASKED.map((_, n) => {
    const [a, b] = [few, many].map((size) => size?.answers[n]?.ms.p50 ?? Number.NaN);
    return (b ?? Number.NaN) / (a ?? Number.NaN);
  });
  return {
    title: "GET /api/usage of 30 days and 200 users, one request after the other",
    columns: ["messages", "database MB", ...ASKED.map((asked) => `${asked} p50 ms (p99)`)],
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
