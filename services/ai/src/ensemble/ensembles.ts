import type { Target } from "../failover/target.ts";
import { DEFAULT_LIMITS } from "../failover/limits.ts";
import type { EnsembleConfig, ProvidersFile } from "../providers/config.ts";
import { DEFAULT_ENSEMBLE, ensembleSchema } from "../providers/config.ts";
import { ORCHESTRA } from "../providers/kinds.ts";
import type { Resolved } from "../models/resolve.ts";
import { createEnsembleModel } from "./ensemble.ts";
import type { EnsembleDependencies } from "./members.ts";

/** Members of the default ensemble where the providers file declares none. */
const MAX_MEMBERS = 8;
/** Time of the aggregator after the members' deadline. */
const AGGREGATION_MS = 60_000;

/** Name of the ensemble behind a model name (`orchestra`, `orchestra/<name>`); undefined for other models. */
export function ensembleOf(name: string): string | undefined {
  if (name === ORCHESTRA) return DEFAULT_ENSEMBLE;
  return name.startsWith(`${ORCHESTRA}/`) ? name.slice(ORCHESTRA.length + 1) : undefined;
}

/** Model names of all ensembles. */
export const ensembleNames = ({ ensembles }: ProvidersFile): string[] => [
  ORCHESTRA,
  ...Object.keys(ensembles).map((name) => `${ORCHESTRA}/${name}`),
];

/**
 * Resolves an ensemble to a chain of one target.
 * @param ready model names for the default ensemble where the providers file declares none
 * @param resolve finds the chain of one member
 */
export function openEnsemble(
  name: string,
  file: ProvidersFile,
  ready: readonly string[],
  resolve: (name: string) => Resolved,
  dependencies: EnsembleDependencies,
): Resolved {
  const declared = Object.hasOwn(file.ensembles, name) ? file.ensembles[name] : undefined;
  if (!declared && name !== DEFAULT_ENSEMBLE) {
    return { found: false, unknown: `${ORCHESTRA}/${name}` };
  }
  const config: EnsembleConfig =
    declared ?? ensembleSchema.parse({ seats: ready.slice(0, MAX_MEMBERS) });
  const chains: (readonly Target[])[] = [];
  for (const model of [...config.seats, config.conductor ?? config.seats[0] ?? ""]) {
    const resolved = resolve(model);
    if (!resolved.found) return resolved;
    chains.push(resolved.chain);
  }
  const aggregator = chains.at(-1) ?? [];
  const deadlineMs = config.deadline_ms;
  const languageModel = createEnsembleModel(
    {
      name,
      // A model listed twice is two members with distinct names.
      members: config.seats.map((model, at) => ({
        name: config.seats.indexOf(model) === at ? model : `${model} (${at + 1})`,
        chain: chains[at] ?? [],
        perspective: undefined,
      })),
      aggregator,
      mode: config.mode,
      deadlineMs,
      quorum: Math.min(config.quorum ?? config.seats.length, config.seats.length),
    },
    dependencies,
  );
  // Members have limits and retries of their own.
  const ms = deadlineMs + AGGREGATION_MS;
  const limits = { ...DEFAULT_LIMITS, connectMs: ms, firstTokenMs: ms, idleMs: ms, retries: 0 };
  const windows = chains.flatMap((chain) => chain[0]?.contextWindow ?? []);
  const contextWindow = windows.length > 0 ? Math.min(...windows) : undefined;
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
        ensemble: { members: chains.slice(0, -1), aggregator },
      },
    ],
  };
}
