import { useEffect, useRef } from "preact/hooks";
import { head } from "../api/client.ts";
import { dateTime, number } from "../i18n/format.ts";
import { t } from "../shell/words.ts";
import { IconButton } from "../ui/controls.tsx";
import { common } from "../ui/words.ts";
import { moment, setMoment, shownEntry } from "./moment.ts";

/** The sequence of the shown moment; of a time once a response has named it. */
function shownSequence(): number {
  const at = moment.value;
  if (at === null) return head.value;
  return /^\d+$/.test(at) ? Number(at) : (shownEntry.value?.sequence ?? head.value);
}

/** "#42 · 30 Nov 2026, 12:00:05" */
export function momentText(): string {
  const at = moment.value;
  if (at === null) return t.nowText;
  const entry = shownEntry.value;
  if (!/^\d+$/.test(at)) return dateTime(at);
  const isKnown = entry?.sequence === Number(at) && entry.time !== "";
  return `#${number(Number(at))}${isKnown ? ` · ${dateTime(entry.time)}` : ""}`;
}

/** Every moment from the first entry of the log to now. */
export function TimeSlider() {
  const frame = useRef(0);
  const input = useRef<HTMLInputElement>(null);
  const most = Math.max(head.value, 1);
  const value = Math.min(shownSequence(), most);
  useEffect(() => {
    if (input.current)
      input.current.style.setProperty("--at", `${((value - 1) / Math.max(most - 1, 1)) * 100}%`);
  }, [value, most]);
  useEffect(() => () => cancelAnimationFrame(frame.current), []);

  // A drag has many positions; each frame shows the last one.
  const show = (next: number) => {
    cancelAnimationFrame(frame.current);
    frame.current = requestAnimationFrame(() => setMoment(next >= most ? null : next));
  };
  return (
    <div class="slider">
      <input
        ref={input}
        type="range"
        min={1}
        max={most}
        value={value}
        aria-label={t.slider}
        aria-valuetext={momentText()}
        onInput={({ currentTarget }) => show(Number(currentTarget.value))}
      />
      {moment.value !== null && (
        <IconButton icon="close" label={common.backToNow} onClick={() => setMoment(null)} />
      )}
    </div>
  );
}

/** Says which moment is shown, on every page. */
export function MomentBanner({ looksBack }: { looksBack: boolean }) {
  if (moment.value === null) return null;
  return (
    <div class="banner" data-moment>
      <span>
        <strong>{looksBack ? t.asOf(momentText()) : common.notPast}</strong>
        {looksBack && <span class="banner-note"> {t.readOnly}</span>}
      </span>
      <button type="button" class="button button-small" onClick={() => setMoment(null)}>
        {common.backToNow}
      </button>
    </div>
  );
}
