import type { Crystal, CrystalPart } from "@vega/contracts";
import { crystal, phaseMs, timeAfter } from "@vega/contracts";
import { definitionRef, readDefinition } from "../agents/documents.ts";
import type { Command } from "../../log/decision.ts";
import { accept, event } from "../../log/decision.ts";

/** The effect of a restore, or of its dry run. */
export interface Restored {
  readonly before: Crystal;
  readonly after: Crystal;
  /** Names of restored agents without a definition: it was deleted with the agent. */
  readonly jobless: string[];
}

const same = (a: unknown, b: unknown) => JSON.stringify(a) === JSON.stringify(b);

interface Named {
  readonly name: string;
  readonly updated_at: string;
}

/** The older ones in the place of the present; what is as it was then keeps the time of its last change. */
function putBack<Item extends Named>(
  now: string,
  earlier: readonly Item[],
  present: readonly Item[],
): Item[] {
  const known = new Map(present.map((item) => [item.name, item]));
  return earlier.map((item) => {
    const current = known.get(item.name);
    const unchanged = current && same({ ...current, updated_at: "" }, { ...item, updated_at: "" });
    return unchanged ? current : { ...item, updated_at: now };
  });
}

/** Names that are in the first and not in the second. */
const gone = (before: readonly Named[], after: readonly Named[]): string[] => {
  const stays = new Set(after.map(({ name }) => name));
  return before.map(({ name }) => name).filter((name) => !stays.has(name));
};

/**
 * The present crystal with parts of an earlier one. The iteration stays, since it never runs backwards; so do the cores,
 * which are measured.
 */
export function withPartsOf(
  present: Crystal,
  earlier: Crystal,
  parts: readonly CrystalPart[],
  context: { now: string; timeScale: number },
): Crystal {
  const { now, timeScale } = context;
  const takes = (part: CrystalPart) => parts.includes(part);
  const { active, phase, extra } = earlier.loop;
  return {
    ...present,
    ...(takes("agents") && { agents: putBack(now, earlier.agents, present.agents) }),
    ...(takes("modules") && { modules: putBack(now, earlier.modules, present.modules) }),
    ...(takes("loop") && {
      phases: earlier.phases,
      loop: {
        ...present.loop,
        active,
        phase,
        extra,
        next_at: active ? timeAfter(now, phaseMs(phase, timeScale)) : null,
        updated_at: now,
      },
    }),
    ...(takes("settings") && {
      meta: { ...earlier.meta, updated_at: now },
      analytics: earlier.analytics,
      extra: earlier.extra,
    }),
  };
}

/** Puts the crystal, or parts of it, back to what it was at a sequence: one entry on top. A dry run changes nothing. */
export function decideRestoreCrystal(options: {
  readonly of: number;
  readonly earlier: Crystal;
  readonly parts: readonly CrystalPart[];
  readonly dryRun: boolean;
  readonly timeScale: number;
}): Command<Restored> {
  const { of, earlier, parts, dryRun, timeScale } = options;
  return {
    reads: earlier.agents.map(({ name }) => definitionRef(name)),
    decide(view, now) {
      const before = view.crystal();
      const after = withPartsOf(before, earlier, parts, { now, timeScale });
      const jobless = gone(after.agents, before.agents).filter(
        (name) => readDefinition(view, name) === undefined,
      );
      const restored = { before, after, jobless };
      if (dryRun) return accept([], restored);
      const removed = {
        agents: gone(before.agents, after.agents),
        modules: gone(before.modules, after.modules),
      };
      const data = { of, parts: [...parts], crystal: after, removed };
      return accept([event(crystal.events.restored, "crystal", data)], restored);
    },
  };
}
