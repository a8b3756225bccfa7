import type { Loop, Tick } from "@vega/contracts";
import { loop, nextPhase, phaseMs, timeAfter } from "@vega/contracts";
import { observeCores } from "./cores.ts";
import type { Command } from "../../log/decision.ts";
import { accept, event } from "../../log/decision.ts";

/** Starts or stops the loop. A start gives the current phase its whole length. */
export function decideSetLoopActive(active: boolean, timeScale: number): Command<Loop> {
  return {
    reads: [],
    decide(view, now) {
      const before = view.crystal().loop;
      if (before.active === active) return accept([], before);
      const next: Loop = {
        ...before,
        active,
        next_at: active ? timeAfter(now, phaseMs(before.phase, timeScale)) : null,
        updated_at: now,
      };
      return accept(
        [
          event(active ? loop.events.started : loop.events.stopped, "system_state/loop", {
            loop: next,
          }),
        ],
        next,
      );
    },
  };
}

/**
 * Takes a tick over, where it is the very next one: iterations have no gap and no double because of this rule,
 * whatever the bus delivers twice, late or from a leader that should know better.
 * A tick that was on its way while the loop was stopped still counts.
 */
export function decideAcceptTick(tick: Tick): Command<{ accepted: boolean; loop: Loop }> {
  return {
    reads: [],
    decide(view, now) {
      const { loop: before, cores: coresBefore } = view.crystal();
      if (tick.iteration !== before.iteration + 1 || tick.phase !== nextPhase(before.phase)) {
        return accept([], { accepted: false, loop: before });
      }
      const next: Loop = {
        ...before,
        phase: tick.phase,
        iteration: tick.iteration,
        next_at: before.active ? tick.next_at : null,
        updated_at: now,
      };
      const cores = observeCores(coresBefore, tick.observations, tick.actual_at);
      const happened = event(loop.events.iterated, "system_state/loop", {
        tick,
        loop: next,
        cores,
      });
      return accept([happened], { accepted: true, loop: next });
    },
  };
}
