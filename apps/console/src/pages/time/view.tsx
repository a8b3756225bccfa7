import "./time.css";
import { useEffect, useRef } from "preact/hooks";
import { get, head } from "../../api/client.ts";
import { number } from "../../i18n/format.ts";
import { hrefOf, route, setQuery } from "../../router.ts";
import { may } from "../../session/session.ts";
import { useResource } from "../../store/resource.ts";
import { Choice, Field, useAction } from "../../ui/controls.tsx";
import { JsonBlock } from "../../ui/json.tsx";
import { Empty, ErrorBox, Loaded, Skeleton } from "../../ui/state.tsx";
import { Restore } from "./restore.tsx";
import { Snapshot } from "./snapshot.tsx";
import type { ViewProps } from "../define.ts";
import { t } from "./words.ts";

interface Difference {
  readonly patch: readonly object[];
  readonly summary: readonly string[];
}

/** A chosen moment: slider, sequence, time. */
function Moment({
  name,
  label,
  value,
  most,
}: {
  name: "from" | "to";
  label: string;
  value: number;
  most: number;
}) {
  const frame = useRef(0);
  useEffect(() => () => cancelAnimationFrame(frame.current), []);
  const show = (next: number) => {
    cancelAnimationFrame(frame.current);
    frame.current = requestAnimationFrame(() => setQuery({ [name]: next }));
  };
  // A time is a moment as well; the response says which entry it is.
  const find = useAction(async (time: string) => {
    const at = encodeURIComponent(new Date(time).toISOString());
    const { sequence } = await get(`/api/cores?at=${at}`);
    setQuery({ [name]: sequence });
  });
  return (
    <section class="panel" aria-label={label}>
      <div class="panel-head">
        <h2>
          {label} <span class="mono muted">#{number(value)}</span>
        </h2>
        <a class="small" href={hrefOf("now", [], { at: value })}>
          {t.openAt}
        </a>
      </div>
      <div class="panel-body stack">
        <input
          type="range"
          class="time-range"
          aria-label={`${label}: ${t.sequence}`}
          min={1}
          max={most}
          value={value}
          onInput={({ currentTarget }) => show(Number(currentTarget.value))}
        />
        <div class="filters">
          <Field label={t.sequence}>
            {(ids) => (
              <input
                {...ids}
                type="number"
                min={1}
                max={most}
                value={value}
                onChange={({ currentTarget }) => setQuery({ [name]: currentTarget.value })}
              />
            )}
          </Field>
          <Field label={t.time}>
            {(ids) => (
              <input
                {...ids}
                type="datetime-local"
                step={1}
                onChange={({ currentTarget }) =>
                  currentTarget.value !== "" && void find.run(currentTarget.value)
                }
              />
            )}
          </Field>
        </div>
        {find.error && <ErrorBox error={find.error} />}
        <Snapshot sequence={value} />
      </div>
    </section>
  );
}

export default function Time({ title }: ViewProps) {
  const { query } = route.value;
  const most = head.value;
  const read = (name: string, otherwise: number) => {
    const value = Number(query.get(name) ?? otherwise);
    return Number.isInteger(value) ? Math.min(Math.max(value, 1), most) : otherwise;
  };
  const from = read("from", Math.max(1, most - 50));
  const to = read("to", most);
  // Without a fixed end the comparison would be reloaded with each entry.
  const isFixed = query.has("from") && query.has("to");
  useEffect(() => {
    if (!isFixed && most > 0) setQuery({ from, to });
  }, [isFixed, most > 0]);
  const difference = useResource<Difference>(
    isFixed ? `/api/history/diff?from=${from}&to=${to}` : null,
  );
  const view = query.get("as") === "patch" ? "patch" : "words";
  if (!isFixed) {
    return (
      <div class="page">
        <h1>{title}</h1>
        <Skeleton lines={8} />
      </div>
    );
  }
  return (
    <div class="page">
      <header class="page-head">
        <div>
          <h1>{title}</h1>
          <p>{t.subtitle}</p>
        </div>
        <button type="button" class="button" onClick={() => setQuery({ to: head.peek() })}>
          {t.to}: {t.now}
        </button>
      </header>
      <div class="time-pair">
        <Moment name="from" label={t.from} value={from} most={most} />
        <Moment name="to" label={t.to} value={to} most={most} />
      </div>
      <section class="panel" aria-labelledby="difference">
        <div class="panel-head">
          <h2 id="difference">{t.difference}</h2>
          <Choice
            label={t.difference}
            value={view}
            values={[
              ["words", t.words],
              ["patch", t.patch],
            ]}
            onChange={(next) => setQuery({ as: next === "patch" ? "patch" : null })}
          />
        </div>
        <div class="panel-body">
          <Loaded of={difference} retry={difference.reload}>
            {({ summary, patch }) =>
              patch.length === 0 ? (
                <Empty title={t.same} />
              ) : view === "patch" ? (
                <JsonBlock value={patch} label={t.patch} />
              ) : (
                <ul class="time-words">
                  {summary.map((line) => (
                    <li key={line}>{line}</li>
                  ))}
                </ul>
              )
            }
          </Loaded>
        </div>
      </section>
      {may("admin") && <Restore sequence={from} />}
    </div>
  );
}
