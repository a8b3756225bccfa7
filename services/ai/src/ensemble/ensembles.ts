import type { Target } from "../failover/target.ts";
import { DEFAULT_LIMITS } from "../failover/limits.ts";
import type { EnsembleConfig, ProvidersFile } from "../providers/config.ts";
import { DEFAULT_ENSEMBLE, ensembleSchema } from "../providers/config.ts";
import { ORCHESTRA } from "../providers/kinds.ts";
import type { Resolved } from "../models/resolve.ts";
import { createOrchestra } from "./ensemble.ts";
import type { Asking } from "./members.ts";

/** Seats of an ensemble that nobody declared. */
const MOST_SEATS = 8;
/** After the seats, the conductor's own time. */
const CONDUCTING_MS = 60_000;

/** The ensemble that a model's name stands for: `orchestra`, `orchestra/<name>`; undefined for other names. */
export function ensembleOf(name: string): string | undefined {
  if (name === ORCHESTRA) return DEFAULT_ENSEMBLE;
  return name.startsWith(`${ORCHESTRA}/`) ? name.slice(ORCHESTRA.length + 1) : undefined;
}

/** Names that can be asked for. */
export const ensembleNames = ({ ensembles }: ProvidersFile): string[] => [
  ORCHESTRA,
  ...Object.keys(ensembles).map((name) => `${ORCHESTRA}/${name}`),
];

/**
 * One target that is a whole ensemble.
 * @param ready models that sit in the default ensemble where the file has none
 * @param resolve finds the models of a seat
 */
export function openEnsemble(
  name: string,
  file: ProvidersFile,
  ready: readonly string[],
  resolve: (name: string) => Resolved,
  asking: Asking,
): Resolved {
  const declared = Object.hasOwn(file.ensembles, name) ? file.ensembles[name] : undefined;
  if (!declared && name !== DEFAULT_ENSEMBLE) {
    return { found: false, unknown: `${ORCHESTRA}/${name}` };
  }
  const config: EnsembleConfig =
    declared ?? ensembleSchema.parse({ seats: ready.slice(0, MOST_SEATS) });
  const chains: (readonly Target[])[] = [];
  for (const seat of [...config.seats, config.conductor ?? config.seats[0] ?? ""]) {
    const resolved = resolve(seat);
    if (!resolved.found) return resolved;
    chains.push(resolved.chain);
  }
  const deadlineMs = config.deadline_ms;
  const languageModel = createOrchestra(
    {
      name,
      // The same seat twice is two seats.
      seats: config.seats.map((seat, at) => ({
        name: config.seats.indexOf(seat) === at ? seat : `${seat} (${at + 1})`,
        chain: chains[at] ?? [],
        angle: undefined,
      })),
      conductor: chains.at(-1) ?? [],
      mode: config.mode,
      deadlineMs,
      quorum: Math.min(config.quorum ?? config.seats.length, config.seats.length),
    },
    asking,
  );
  // Its seats have limits and retries of their own.
  const ms = deadlineMs + CONDUCTING_MS;
  const limits = { ...DEFAULT_LIMITS, connectMs: ms, firstTokenMs: ms, idleMs: ms, retries: 0 };
  const smallest = chains.flatMap((chain) => chain[0]?.contextWindow ?? []);
  const contextWindow = smallest.length > 0 ? Math.min(...smallest) : undefined;
  return {
    found: true,
    chain: [
      {
        provider: ORCHESTRA,
        model: name,
        languageModel,
        limits,
        contextWindow,
        listed: true,
        ensemble: { seats: chains.slice(0, -1), conductor: chains.at(-1) ?? [] },
      },
    ],
  };
}
