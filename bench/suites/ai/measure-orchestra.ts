import type { Orchestra } from "@vega/contracts";
import { exchange, headerOf, jsonOf } from "../../src/load/http-exchange.ts";
import type { Spread } from "../../src/statistics.ts";
import { show, spreadOf } from "../../src/statistics.ts";
import type { Section } from "../../src/report/section.ts";
import { modelOf } from "../../src/upstream/completion-text.ts";
import { chatBody } from "../../src/upstream/chat.ts";
import type { Target } from "./client-messages.ts";
import { DIRECT, signed, VEGA } from "./compare.ts";

/** Models with the same completion; a seat needs a distinct model name. */
const SEATS = [1, 2, 3, 4].map((gapMs) => modelOf({ chunks: 1, gapMs }));
const TIMES = 200;

/** The `ensembles` member of the benchmark's provider file. @param provider its id */
export const ensembleOf = (provider: string) => ({
  default: { seats: SEATS.map((model) => `${provider}/${model}`), mode: "side_by_side" },
});

interface Subject {
  readonly name: string;
  readonly target: Target;
  readonly model: string;
}

/** An orchestra of four equally slow seats in parallel, compared with a single seat: sequential requests. */
export async function measureOrchestra(direct: Target, vega: Target): Promise<Section> {
  const [seat = ""] = SEATS;
  const subjects: Subject[] = [
    { name: DIRECT, target: direct, model: seat },
    { name: `${VEGA}, one model`, target: vega, model: vega.prefix + seat },
    { name: `${VEGA}, four seats`, target: vega, model: "orchestra" },
  ];
  const faults: string[] = [];
  const times = new Map(subjects.map(({ name }) => [name, [] as number[]]));
  let last: Orchestra | undefined;
  // In turn, so that a disturbance of the machine affects all.
  for (let n = -10; n < TIMES; n += 1) {
    for (const { name, target, model } of subjects) {
      const body = JSON.stringify(chatBody(model, false, `orchestra${n}`));
      const headers = { ...target.headers, "content-type": "application/json" };
      const from = performance.now();
      const request = { method: "POST", path: "/v1/chat/completions", headers, body } as const;
      const response = await exchange(target.url, request);
      // Negative rounds warm up.
      if (n >= 0) times.get(name)?.push(performance.now() - from);
      if (response.status !== 200) faults.push(`${name}: status ${response.status}`);
      if (model === "orchestra") {
        last = await reportOf(target, headerOf(response, "vega-message") ?? "");
        if (last.seats.some(({ status }) => status !== "answered")) faults.push("a seat is empty");
      }
    }
  }
  const spreads = subjects.map(({ name }) => ({ name, ms: spreadOf(times.get(name) ?? []) }));
  const base = spreads[0]?.ms;
  const more = (ms: Spread, of: "p50" | "p99") => signed(ms[of] - (base?.[of] ?? Number.NaN));
  return {
    title: `An orchestra of ${SEATS.length} parallel seats, each as slow as the direct one`,
    columns: ["target", "p50 ms", "p99", "added p50", "added p99"],
    rows: spreads.map(({ name, ms }) => [
      name,
      show(ms.p50),
      show(ms.p99),
      ...(name === DIRECT ? [] : [more(ms, "p50"), more(ms, "p99")]),
    ]),
    notes: ["added: to the slowest seat; all are equally slow"],
    aims: [],
    faults: [...new Set(faults)],
    raw: { spreads, last },
  };
}

async function reportOf({ url, headers }: Target, message: string): Promise<Orchestra> {
  const response = await exchange(url, { path: `/api/orchestra/${message}`, headers });
  return jsonOf(response).orchestra;
}
