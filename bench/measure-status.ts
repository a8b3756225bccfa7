import type { Platform } from "@vega/test-network";
import { startBare } from "./bare.ts";
import type { Round } from "./figures.ts";
import { round, summary } from "./figures.ts";
import { underLoad } from "./load.ts";
import type { Options } from "./options.ts";

/** GET /api/status against a bare server that sends the same bytes, round by round in turn. */
export async function measureStatus({ api }: Platform, { seconds, rounds }: Options) {
  const bare = await startBare(await fetch(`${api.url}/api/status`));
  const results = [];
  for (const connections of [1, 16, 64]) {
    const vega: Round[] = [];
    const plain: Round[] = [];
    for (let turn = 0; turn < rounds; turn += 1) {
      plain.push(await underLoad({ url: bare.url, connections, seconds }));
      vega.push(await underLoad({ url: `${api.url}/api/status`, connections, seconds }));
    }
    const ratio = round(summary(vega).perSecond / summary(plain).perSecond, 2);
    results.push({
      name: `GET /api/status, ${connections} connections`,
      vega: summary(vega),
      bare: summary(plain),
      ratio,
      aim: "at least 0.5 of bare",
      met: ratio >= 0.5,
      raw: { vega, plain },
    });
  }
  bare.close();
  return results;
}
