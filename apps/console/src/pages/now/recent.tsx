import { ago, dateTime, number } from "../../i18n/format.ts";
import type { LogEvent } from "../../live/recent.ts";
import { useRecent } from "../../live/recent.ts";
import { sentenceOf } from "../../narrate.ts";
import { hrefOf } from "../../router.ts";
import { may } from "../../session/session.ts";
import { modulesSlice } from "../../store/slices.ts";
import { useSlice } from "../../store/slice.ts";
import { useNow } from "../../ui/clock.ts";
import { Empty } from "../../ui/state.tsx";
import { t } from "./words.ts";

const SHOWN = 12;

/** Consecutive events that are shown as one: iterations would hide what people did. */
export function groupIterations(events: readonly LogEvent[]): readonly (readonly LogEvent[])[] {
  const groups: LogEvent[][] = [];
  for (const event of events) {
    const last = groups.at(-1);
    const isIteration = event.type === "loop_update" && last?.[0]?.type === "loop_update";
    // The newest iteration has a line of its own.
    if (isIteration && groups.length > 1) last.push(event);
    else groups.push([event]);
  }
  return groups;
}

const iterationOf = (event: LogEvent | undefined): string =>
  number((event as { iteration?: number } | undefined)?.iteration ?? 0);

function textOf(group: readonly LogEvent[]): string {
  const [newest] = group;
  if (!newest) return "";
  if (group.length === 1) return sentenceOf(newest);
  return t.iterations(iterationOf(group.at(-1)), iterationOf(newest));
}

/** The newest entries, in sentences while the narrator (the module consciousness) is on. */
export function Recent() {
  const now = useNow();
  const { value: modules } = useSlice(modulesSlice);
  const isNarrated = modules?.["consciousness"]?.status !== "inactive";
  const events = useRecent();
  const groups = isNarrated ? groupIterations(events) : events.map((event) => [event]);
  const shown = groups.slice(0, SHOWN);
  return (
    <section class="panel" aria-labelledby="recent">
      <div class="panel-head">
        <h2 id="recent">{t.recent}</h2>
        {may("operate") && (
          <a class="small" href={hrefOf("events")}>
            {t.allEntries}
          </a>
        )}
      </div>
      {!isNarrated && <p class="panel-body small muted">{t.technical}</p>}
      {shown.length === 0 ? (
        <Empty title={t.quiet} />
      ) : (
        <ol class="list recent">
          {shown.map(
            ([event, ...others]) =>
              event && (
                <li key={event.sequence}>
                  <span class="recent-sequence mono muted">
                    {may("operate") ? (
                      <a href={hrefOf("events", [String(event.sequence)])}>
                        #{number(event.sequence)}
                      </a>
                    ) : (
                      `#${number(event.sequence)}`
                    )}
                  </span>
                  <span class={isNarrated ? "grow" : "grow mono"}>
                    {isNarrated ? textOf([event, ...others]) : event.type}
                  </span>
                  <time
                    class="small muted number"
                    dateTime={event.time}
                    title={dateTime(event.time)}
                  >
                    {ago(event.time, now)}
                  </time>
                </li>
              ),
          )}
        </ol>
      )}
    </section>
  );
}
