import type { SseEvent } from "../define/apply.ts";
import { replacesCrystal } from "../define/apply.ts";
import type { JsonObject } from "../define/json.ts";
import type { CoreName } from "./documents.ts";

/** A core in GET /api/cores. */
export interface CoreView {
  readonly status: string;
  /** 0 to 100 */
  readonly power: number;
  readonly last_update: string;
  readonly missed_iterations: number;
  /** Figures that `power` was computed from. */
  readonly evidence: JsonObject;
}

/** The response of GET /api/cores. */
export type CoresView = Readonly<Record<CoreName, CoreView>>;

interface Update extends SseEvent {
  readonly cores: Partial<CoresView>;
}

/** Folds `loop_update`, which has every core. */
export function applyCores(view: CoresView, event: SseEvent): CoresView | null {
  if (replacesCrystal(event)) return null;
  if (event.type !== "loop_update") return view;
  return { ...view, ...(event as Update).cores };
}
