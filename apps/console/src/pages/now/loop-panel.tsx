import { write } from "../../api/client.ts";
import { loopSlice } from "../../store/slices.ts";
import { useSlice } from "../../store/slice.ts";
import { useAction } from "../../ui/controls.tsx";
import { ErrorBox } from "../../ui/state.tsx";
import { t } from "./words.ts";

/** Start, stop and a manual iteration of the loop. */
export function LoopPanel() {
  const { value: loop } = useSlice(loopSlice);
  const start = useAction(
    () => write("POST", "/api/infinity-loop/start"),
    () => t.started,
  );
  const stop = useAction(
    () => write("POST", "/api/infinity-loop/stop"),
    () => t.stopped,
  );
  const iterate = useAction(
    () => write("POST", "/api/infinity-loop/iterate"),
    () => t.iterated,
  );
  const error = start.error ?? stop.error ?? iterate.error;
  if (!loop) return null;
  const toggle = loop.active ? stop : start;
  return (
    <div class="stack">
      <div class="actions">
        <span class="label">{t.loop}</span>
        <button
          type="button"
          class="button"
          onClick={() => void toggle.run()}
          disabled={toggle.isRunning}
        >
          {loop.active ? t.stop : t.start}
        </button>
        {loop.active && (
          <button
            type="button"
            class="button"
            onClick={() => void iterate.run()}
            disabled={iterate.isRunning}
          >
            {t.iterate}
          </button>
        )}
      </div>
      {error && <ErrorBox error={error} />}
    </div>
  );
}
