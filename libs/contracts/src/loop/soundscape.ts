import type { Core } from "../crystal/documents.ts";
import type { Loop, Phase } from "./documents.ts";

/** States of the soundscape with their base frequency, in Hz. */
export const SOUND_STATES = {
  void: 55,
  entry: 110,
  calibration: 220,
  resonance: 432,
  flow: 528,
  integration: 639,
} as const satisfies Record<string, number>;

export type SoundState = keyof typeof SOUND_STATES;

const STATE_OF_PHASE = { 3: "calibration", 5: "resonance", 8: "flow" } as const satisfies Record<
  Phase,
  SoundState
>;

/** Above this power a core is `online`. */
const ONLINE_ABOVE = 80;

/** Sine layers at full intensity: frequency in Hz, gain from 0 to 1, modulation in Hz. */
const LAYERS = [
  { hz: 63, gain: 0.4, lfo_hz: 0.1 },
  { hz: 126, gain: 0.25, lfo_hz: 0.14 },
  { hz: 174, gain: 0.2, lfo_hz: 0.18 },
  { hz: 285, gain: 0.15, lfo_hz: 0.22 },
  { hz: 396, gain: 0.1, lfo_hz: 0.26 },
  { hz: 528, gain: 0.08, lfo_hz: 0.3 },
] as const;

export interface Soundscape {
  readonly state: SoundState;
  /** Of the drone. */
  readonly base_hz: number;
  /** Difference of the frequencies of both ears: the phase; 0 while the loop is stopped. */
  readonly binaural_hz: number;
  /** 0 to 1, two decimals: the mean power of the cores. */
  readonly intensity: number;
  /** Gains are proportional to the intensity. */
  readonly layers: {
    readonly hz: number;
    readonly gain: number;
    readonly lfo_hz: number;
  }[];
}

const round = (value: number, decimals: number): number => Number(value.toFixed(decimals));

/**
 * How the system sounds, from its loop and cores alone.
 * - `void`: no core has power.
 * - `entry`: the loop is stopped.
 * - `calibration`, `resonance`, `flow`: phase 3, 5, 8.
 * - `integration`: phase 8 while all cores are online.
 */
export function soundscapeOf(
  loop: Pick<Loop, "active" | "phase">,
  cores: readonly Pick<Core, "power">[],
): Soundscape {
  const total = cores.reduce((sum, { power }) => sum + power, 0);
  const intensity = round(total / Math.max(1, cores.length) / 100, 2);
  const state = stateOf(loop, cores);
  return {
    state,
    base_hz: SOUND_STATES[state],
    binaural_hz: loop.active ? loop.phase : 0,
    intensity,
    layers: LAYERS.map(({ hz, gain, lfo_hz }) => ({
      hz,
      gain: round(gain * intensity, 3),
      lfo_hz,
    })),
  };
}

function stateOf(
  { active, phase }: Pick<Loop, "active" | "phase">,
  cores: readonly Pick<Core, "power">[],
): SoundState {
  if (cores.every(({ power }) => power === 0)) return "void";
  if (!active) return "entry";
  const areOnline = cores.every(({ power }) => power > ONLINE_ABOVE);
  return phase === 8 && areOnline ? "integration" : STATE_OF_PHASE[phase];
}
