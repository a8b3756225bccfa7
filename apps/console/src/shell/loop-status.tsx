import { useEffect, useRef } from "preact/hooks";
import { number } from "../i18n/format.ts";
import { loopSlice } from "../store/slices.ts";
import { useSlice } from "../store/slice.ts";
import { useNow } from "../ui/clock.ts";
import { t } from "./words.ts";

/** Phase, iteration and the time to the next tick of the loop. */
export function LoopStatus() {
  const { value: loop } = useSlice(loopSlice);
  const now = useNow();
  const ring = useRef<HTMLSpanElement>(null);
  const total = (loop?.current_phase ?? 1) * 1_000;
  const left = loop?.next_at ? Math.max(0, Date.parse(loop.next_at) - now) : null;
  const done = left === null ? 0 : 1 - Math.min(1, left / total);
  useEffect(() => ring.current?.style.setProperty("--done", String(done)), [done]);
  if (!loop) return <span class="loop" aria-hidden="true" />;
  const seconds = Math.ceil((left ?? 0) / 1_000);
  const state = loop.active ? t.nextTick(seconds) : t.loopStopped;
  return (
    <span class="loop" title={`${t.loop}: ${state}`}>
      <span ref={ring} class={loop.active ? "ring" : "ring ring-stopped"} aria-hidden="true">
        <span>{loop.current_phase}</span>
      </span>
      <span class="loop-text">
        <span class="loop-phase">{loop.active ? t.phase(loop.current_phase) : t.loopStopped}</span>
        <span class="loop-iteration">{t.iteration(number(loop.iteration))}</span>
      </span>
    </span>
  );
}
