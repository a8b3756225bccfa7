import type { SseEvent } from "../define/apply.ts";
import { replacesCrystal } from "../define/apply.ts";
import type { JsonObject } from "../define/json.ts";
import type { Phase } from "./documents.ts";

/** The response of GET /api/infinity-loop. */
export interface LoopView {
  readonly active: boolean;
  readonly current_phase: Phase;
  readonly iteration: number;
  readonly phases: JsonObject;
  /** Planned end of the phase, ISO 8601; null while the loop is stopped. */
  readonly next_at: string | null;
}

interface Update extends SseEvent {
  readonly iteration: number;
  readonly phase: Phase;
  readonly active: boolean;
  readonly next_at: string | null;
}

interface Switch extends SseEvent {
  readonly infinity_loop: Omit<LoopView, "phases">;
}

/** Folds `loop_update`, `loop_started` and `loop_stopped`. */
export function applyLoop(view: LoopView, event: SseEvent): LoopView | null {
  if (replacesCrystal(event)) return null;
  if (event.type === "loop_update") {
    const { iteration, phase, active, next_at } = event as Update;
    return { ...view, iteration, current_phase: phase, active, next_at };
  }
  if (event.type !== "loop_started" && event.type !== "loop_stopped") return view;
  return { ...view, ...(event as Switch).infinity_loop };
}
