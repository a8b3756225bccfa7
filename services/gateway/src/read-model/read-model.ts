import type { Capability, CloudEvent, Crystal, CrystalDocuments } from "@vega/contracts";
import {
  applyChanges,
  capabilitiesOff,
  changesOf,
  crystalChanges,
  crystalFromDocuments,
  touchesCrystal,
  VegaError,
} from "@vega/contracts";
import { redact } from "./redact.ts";
import type { ViewName } from "./views.ts";
import { VIEWS } from "./views.ts";

/** A serialized response with its entity tag. */
export interface CachedResponse {
  readonly body: Buffer;
  /** A strong entity tag. */
  readonly etag: string;
}

/** The crystal in memory, folded from events: reads need no request to another service. */
export interface ReadModel {
  /** Replaces everything with a snapshot. */
  load(snapshot: { sequence: number; log_id: string; crystal: Crystal }): void;
  /** Folds the log's next event. */
  apply(event: CloudEvent): void;
  /** Sequence of the last folded event; 0 before the first load. */
  sequence(): number;
  /** Throws `unavailable` before the first load. */
  crystal(): Crystal;
  /** Capabilities of disabled modules. Throws `unavailable` before the first load. */
  disabledCapabilities(): readonly Capability[];
  /** Throws `unavailable` before the first load. */
  view(name: ViewName): CachedResponse;
}

interface Loaded {
  readonly logId: string;
  readonly documents: CrystalDocuments;
  /** Sequence of the last event that changed the crystal. Most events do not, and caches stay valid. */
  touched: number;
}

export function createReadModel(): ReadModel {
  let loaded: Loaded | undefined;
  let sequence = 0;
  let crystal: Crystal | undefined;
  let disabled: readonly Capability[] | undefined;
  const views = new Map<ViewName, CachedResponse>();

  const invalidate = () => {
    crystal = undefined;
    disabled = undefined;
    views.clear();
  };
  const requireLoaded = (): Loaded => {
    if (loaded) return loaded;
    throw new VegaError("unavailable", "the state has not been read yet; try again");
  };

  const model: ReadModel = {
    load(snapshot) {
      sequence = snapshot.sequence;
      loaded = {
        logId: snapshot.log_id,
        documents: applyChanges(new Map(), crystalChanges(snapshot.crystal)),
        touched: snapshot.sequence,
      };
      invalidate();
    },
    apply(event) {
      const { documents } = requireLoaded();
      const changes = changesOf(event);
      if (loaded && changes.some(touchesCrystal)) {
        applyChanges(documents, changes);
        loaded.touched = event.sequence;
        invalidate();
      }
      sequence = event.sequence;
    },
    sequence: () => sequence,
    crystal: () => (crystal ??= crystalFromDocuments(requireLoaded().documents)),
    disabledCapabilities: () => (disabled ??= capabilitiesOff(model.crystal().modules)),
    view(name) {
      let view = views.get(name);
      if (!view) {
        const { logId, touched } = requireLoaded();
        view = {
          body: Buffer.from(JSON.stringify(redact(VIEWS[name](model.crystal())))),
          etag: `"${logId}-${touched}"`,
        };
        views.set(name, view);
      }
      return view;
    },
  };
  return model;
}
