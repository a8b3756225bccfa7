import { PHASES } from "./documents.ts";
import type { Phase } from "./documents.ts";

/** 3 → 5 → 8 → 3. */
export function nextPhase(phase: Phase): Phase {
  return PHASES[(PHASES.indexOf(phase) + 1) % PHASES.length] ?? PHASES[0];
}

/** Duration of a phase, in milliseconds. @param timeScale 1 for real seconds. */
export function phaseMs(phase: Phase, timeScale: number): number {
  return phase * 1_000 * timeScale;
}

/** An ISO 8601 time, moved by milliseconds. */
export function timeAfter(time: string, ms: number): string {
  return new Date(Date.parse(time) + ms).toISOString();
}
