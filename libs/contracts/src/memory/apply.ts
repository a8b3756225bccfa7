import type { SseEvent } from "../define/apply.ts";
import type { Json, JsonObject } from "../define/json.ts";

export interface MemoryEntryView {
  readonly key: string;
  readonly value: Json;
  readonly expires_at: string | null;
  readonly updated_at: string;
}

/** The response of GET /api/memory/:namespace. */
export interface NamespaceView {
  readonly namespace: string;
  readonly entries: readonly MemoryEntryView[];
  readonly schema: JsonObject | null;
  readonly limits: JsonObject;
}

interface Changed extends SseEvent {
  readonly namespace: string;
  readonly key: string;
  readonly deleted: boolean;
}

/**
 * Folds `memory_changed` of one namespace. Events have no values, so a written value needs a reload. The events of an
 * account's namespace and of the shared one with that name are alike; both count.
 */
export function applyNamespace(view: NamespaceView, event: SseEvent): NamespaceView | null {
  if (event.type !== "memory_changed" && event.type !== "memory_configured") return view;
  const { namespace, key, deleted } = event as Changed;
  if (namespace !== view.namespace) return view;
  const isHere = view.entries.some((entry) => entry.key === key);
  return deleted && !isHere ? view : null;
}
