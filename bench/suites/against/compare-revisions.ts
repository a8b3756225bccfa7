import { join } from "node:path";
import { findNatsServer } from "../../../tools/nats-server.mjs";
import { interruptible } from "../../src/process/interruptible.ts";
import { startResults } from "../../src/report/results.ts";
import { startUpstream } from "../../src/upstream/upstream.ts";
import type { Options } from "../core/options.ts";
import { prepareCheckout } from "./checkout.ts";
import { MEASUREMENTS, PROVIDER } from "./measurements.ts";
import type { Side, SideOptions } from "./side.ts";
import { startSide } from "./side.ts";
import type { Figures } from "./verdict.ts";
import { againstSection } from "./verdict.ts";

const ROOT = join(import.meta.dirname, "../../..");
/** Latency of the provider, so short that the platform's own time dominates. */
const PROVIDER_MS = 1;
/** Length of a load in the warm-up round, which fills the compile caches. */
const WARM_UP_SECONDS = 0.2;

const SIDES = ["before", "after"] as const;
type SideName = (typeof SIDES)[number];
type Checkouts = Readonly<Record<SideName, string>>;
type Round = Readonly<Record<SideName, Figures>>;

/** Alternates measurements of a revision and of this checkout. @returns whether all responses were correct */
export async function compareRevisions(
  ref: string,
  options: Pick<Options, "rounds" | "seconds">,
): Promise<boolean> {
  const results = startResults("-against");
  const before = await prepareCheckout(ROOT, ref);
  const checkouts = { before: before.folder, after: ROOT };
  const natsServer = await findNatsServer({ env: process.env, log: console.log, root: ROOT });
  const started = new AsyncDisposableStack();
  const rounds = await interruptible(
    async () => {
      const upstream = await startUpstream(PROVIDER_MS);
      started.defer(upstream.close);
      const base_url = `${upstream.url}/v1`;
      const provider = { id: PROVIDER, kind: "openai-compatible", base_url, models: ["*"] };
      const shared = { natsServer, providers: { providers: [provider] } };
      await measureRound(checkouts, shared, WARM_UP_SECONDS, 0, started);
      const measured: Round[] = [];
      for (let round = 1; round <= options.rounds; round += 1) {
        measured.push(await measureRound(checkouts, shared, options.seconds, round, started));
        console.log(`round ${round} of ${options.rounds} measured`);
      }
      return measured;
    },
    () => started.disposeAsync(),
  );
  const [first, second] = SIDES.map((side) => rounds.map((round) => round[side]));
  results.add(againstSection({ before: ref, after: "this checkout" }, first ?? [], second ?? []));
  return results.keep({ ...options, against: ref }, { before_commit: before.commit });
}

const order = (turn: number) => (turn % 2 === 0 ? SIDES : SIDES.toReversed());

/**
 * Starts both sides on empty data folders and measures them in turn, load by load: the two values of a figure are
 * seconds apart. The side that goes first changes with every load and round.
 * @param started stops the sides when the run is interrupted
 */
async function measureRound(
  checkouts: Checkouts,
  shared: Omit<SideOptions, "checkout">,
  seconds: number,
  round: number,
  started: AsyncDisposableStack,
): Promise<Round> {
  const sides = new Map<SideName, Side>();
  const figures: Record<SideName, Record<string, number>> = { before: {}, after: {} };
  const stopped = new AsyncDisposableStack();
  started.use(stopped);
  try {
    for (const name of order(round)) {
      const side = await startSide({ ...shared, checkout: checkouts[name] });
      stopped.defer(side.close);
      sides.set(name, side);
    }
    for (const [index, measure] of MEASUREMENTS.entries()) {
      for (const name of order(round + index)) {
        const side = sides.get(name);
        if (side) Object.assign(figures[name], await measure(side, seconds));
      }
    }
    return figures;
  } finally {
    await stopped.disposeAsync();
  }
}
