import type { Orchestra } from "@vega/contracts";
import { exchange, headerOf } from "../exchange.ts";
import type { Spread } from "../figures.ts";
import { show, spreadOf } from "../figures.ts";
import type { Section } from "../section.ts";
import { modelOf } from "./answer-text.ts";
import { chatBody } from "./chat.ts";
import type { Target } from "./client-messages.ts";
import { DIRECT, signed, VEGA } from "./compare.ts";

/** Models that answer alike; each needs a name of its own to be a seat of its own. */
const SEATS = [1, 2, 3, 4].map((gapMs) => modelOf({ chunks: 1, gapMs }));
const TIMES = 200;

/** What the benchmark's file of providers says of an ensemble. @param provider its id */
export const ensembleOf = (provider: string) => ({
  default: { seats: SEATS.map((model) => `${provider}/${model}`), mode: "side_by_side" },
});

interface Asked {
  readonly name: string;
  readonly target: Target;
  readonly model: string;
}

/** An orchestra of four seats that take equally long, side by side, against one seat alone: one request after the other. */
export async function measureOrchestra(direct: Target, vega: Target): Promise<Section> {
  const [seat = ""] = SEATS;
  const asked: Asked[] = [
    { name: DIRECT, target: direct, model: seat },
    { name: `${VEGA}, one model`, target: vega, model: vega.prefix + seat },
    { name: `${VEGA}, four seats`, target: vega, model: "orchestra" },
  ];
  const faults: string[] = [];
  const times = new Map(asked.map(({ name }) => [name, [] as number[]]));
  let last: Orchestra | undefined;
  // In turn, so that what disturbs the machine disturbs all.
  for (let n = -10; n < TIMES; n += 1) {
    for (const { name, target, model } of asked) {
      const body = JSON.stringify(chatBody(model, false, `orchestra${n}`));
      const headers = { ...target.headers, "content-type": "application/json" };
      const from = performance.now();
      const ask = { method: "POST", path: "/v1/chat/completions", headers, body } as const;
      const answer = await exchange(target.url, ask);
      // Those before the first only warm up.
      if (n >= 0) times.get(name)?.push(performance.now() - from);
      if (answer.status !== 200) faults.push(`${name}: status ${answer.status}`);
      if (model === "orchestra") {
        last = await reportOf(target, headerOf(answer, "vega-message") ?? "");
        if (last.seats.some(({ status }) => status !== "answered")) faults.push("a seat is empty");
      }
    }
  }
  const spreads = asked.map(({ name }) => ({ name, ms: spreadOf(times.get(name) ?? []) }));
  const base = spreads[0]?.ms;
  const more = (ms: Spread, of: "p50" | "p99") => signed(ms[of] - (base?.[of] ?? Number.NaN));
  return {
    title: `An orchestra of ${SEATS.length} seats side by side, each as slow as the one asked directly`,
    columns: ["asked", "p50 ms", "p99", "added p50", "added p99"],
    rows: spreads.map(({ name, ms }) => [
      name,
      show(ms.p50),
      show(ms.p99),
      ...(name === DIRECT ? [] : [more(ms, "p50"), more(ms, "p99")]),
    ]),
    notes: ["added: to the slowest seat, which is as slow as all of them"],
    aims: [],
    faults: [...new Set(faults)],
    raw: { spreads, last },
  };
}

async function reportOf({ url, headers }: Target, message: string): Promise<Orchestra> {
  const { body } = await exchange(url, { path: `/api/orchestra/${message}`, headers });
  return (JSON.parse(Buffer.from(body).toString()) as { orchestra: Orchestra }).orchestra;
}
