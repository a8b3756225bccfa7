import type { Section } from "../../src/report/section.ts";
import type { Ratio } from "../../src/statistics.ts";
import { median, ratioOfMedians, show } from "../../src/statistics.ts";

/** Figures of one round by name. The unit ends the name; rates end in `1/s`. */
export type Figures = Readonly<Record<string, number>>;

/** Share by which a figure may be worse. */
const TOLERANCE = 0.05;

/** Below this number of rounds a bootstrap interval is too narrow. */
const MIN_ROUNDS = 5;

const isRate = (name: string) => name.endsWith("1/s");

/** Whether the whole interval is worse than the tolerance: less for rates, more for times and memory. */
export function isWorse(name: string, { low, high }: Ratio): boolean {
  return isRate(name) ? high < 1 - TOLERANCE : low > 1 + TOLERANCE;
}

/** Compares the rounds of two sides, figure by figure. */
export function againstSection(
  sides: { readonly before: string; readonly after: string },
  before: readonly Figures[],
  after: readonly Figures[],
): Section {
  const compared = Object.keys(before[0] ?? {}).map((name) => {
    const values = [before, after].map((rounds) => rounds.map((round) => round[name] ?? NaN));
    const [first = [], second = []] = values;
    return { name, first, second, ratio: ratioOfMedians(first, second) };
  });
  const worse = compared.filter(({ name, ratio }) => isWorse(name, ratio));
  return {
    title: `${sides.after} against ${sides.before}, ${before.length} alternating rounds, medians`,
    columns: ["", "before", "after", "after ÷ before", "95 % interval", ""],
    rows: compared.map(({ name, first, second, ratio }) => [
      name,
      show(median(first)),
      show(median(second)),
      ratio.ratio.toFixed(3),
      `${ratio.low.toFixed(3)} to ${ratio.high.toFixed(3)}`,
      isWorse(name, ratio) ? "WORSE" : "",
    ]),
    notes: [
      "interval: bootstrap of the ratio of medians, rounds drawn in pairs",
      ...(before.length < MIN_ROUNDS ? [`fewer than ${MIN_ROUNDS} rounds: no valid interval`] : []),
    ],
    aims: [
      {
        what: `no median worse by more than ${TOLERANCE * 100} % over its whole interval; worse: ${worse.length}`,
        met: worse.length === 0,
      },
    ],
    faults: [],
    raw: {
      ...sides,
      rounds: { before, after },
      ratios: Object.fromEntries(compared.map(({ name, ratio }) => [name, ratio])),
    },
  };
}
