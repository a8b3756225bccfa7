import type { SseEvent } from "../define/apply.ts";
import { replacesCrystal } from "../define/apply.ts";

/** A module in GET /api/modules; imported modules may have further members. */
export interface ModuleView {
  readonly status: "active" | "inactive";
  readonly description: string;
  /** What the module switches, in words; null for a label. */
  readonly capability: string | null;
}

/** The response of GET /api/modules, by name. */
export type ModulesView = Readonly<Record<string, ModuleView>>;

interface Changed extends SseEvent {
  readonly module: Pick<ModuleView, "status" | "description"> & { readonly name: string };
}

/** Folds `module_changed`. */
export function applyModules(view: ModulesView, event: SseEvent): ModulesView | null {
  if (replacesCrystal(event)) return null;
  if (event.type !== "module_changed") return view;
  const { name, ...changed } = (event as Changed).module;
  const known = view[name];
  // The event does not tell the capability of a new module.
  return known ? { ...view, [name]: { ...known, ...changed } } : null;
}
