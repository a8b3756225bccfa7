import "./events.css";
import { dateTime, clockTime, number } from "../../i18n/format.ts";
import { useRecent } from "../../live/recent.ts";
import { LOG_TYPES, sentenceOf } from "../../narrate.ts";
import { hrefOf, route, setQuery } from "../../router.ts";
import { may } from "../../session/session.ts";
import { isPast } from "../../time/moment.ts";
import { Field, Form } from "../../ui/controls.tsx";
import { Empty, ErrorBox, Skeleton } from "../../ui/state.tsx";
import { common } from "../../ui/words.ts";
import type { ViewProps } from "../define.ts";
import type { Filter, ListedEntry } from "./entries.ts";
import { FILTERS, useEntries } from "./entries.ts";
import { EntryPanel } from "./entry.tsx";
import { t } from "./words.ts";

const TYPES = Object.values(LOG_TYPES).toSorted();
const shortType = (type: string): string => type.replace(/^vega\.|\.v\d+$/g, "");

function Filters({ filters }: { filters: Readonly<Record<Filter, string | null>> }) {
  const input = (name: Filter, placeholder?: string) => (ids: { id: string }) => {
    const value = filters[name] ?? "";
    const onChange = ({ currentTarget }: { currentTarget: HTMLInputElement }) =>
      setQuery({ [name]: currentTarget.value || null });
    return placeholder === undefined ? (
      <input {...ids} type="datetime-local" value={value} onChange={onChange} />
    ) : (
      <input {...ids} type="text" placeholder={placeholder} value={value} onChange={onChange} />
    );
  };
  const isSet = FILTERS.some((name) => filters[name]);
  return (
    <Form class="filters" onSubmit={() => undefined} aria-label={t.entries}>
      <Field label={t.type}>
        {(ids) => (
          <select
            {...ids}
            value={filters.type ?? ""}
            onChange={({ currentTarget }) => setQuery({ type: currentTarget.value || null })}
          >
            <option value="">{t.anyType}</option>
            {TYPES.map((type) => (
              <option key={type} value={type}>
                {shortType(type)}
              </option>
            ))}
          </select>
        )}
      </Field>
      <Field label={t.actor}>{input("actor", t.actorHint)}</Field>
      <Field label={t.subject}>{input("subject", t.subjectHint)}</Field>
      <Field label={t.from}>{input("from")}</Field>
      <Field label={t.to}>{input("to")}</Field>
      {isSet && (
        <button
          type="button"
          class="button filters-clear"
          onClick={() => setQuery(Object.fromEntries(FILTERS.map((name) => [name, null])))}
        >
          {t.clear}
        </button>
      )}
    </Form>
  );
}

function Row({ entry, isOpen }: { entry: ListedEntry; isOpen: boolean }) {
  const query = Object.fromEntries([...route.value.query].filter(([name]) => name !== "at"));
  return (
    <li class={isOpen ? "event event-open" : "event"}>
      <a
        href={hrefOf("events", [String(entry.sequence)], query)}
        aria-current={isOpen || undefined}
      >
        <span class="event-sequence mono">#{number(entry.sequence)}</span>
        <time class="event-time number muted" dateTime={entry.time} title={dateTime(entry.time)}>
          {clockTime(entry.time)}
        </time>
        <span class="event-text">{entry.summary}</span>
        <span class="event-actor mono muted">{entry.actor ?? ""}</span>
        <span class="event-type mono muted">{shortType(entry.type)}</span>
      </a>
    </li>
  );
}

function History({ selected }: { selected: number | null }) {
  const { filters, entries, error, isLoading, waiting, isPaused, hasMore, more, reload } =
    useEntries();
  return (
    <>
      <Filters filters={filters} />
      <div class={selected === null ? "" : "split"}>
        <section class="panel" aria-labelledby="entries">
          <div class="panel-head">
            <h2 id="entries">{t.entries}</h2>
            <div class="actions">
              {waiting > 0 && (
                <button type="button" class="button button-small" onClick={reload}>
                  {t.fresh(number(waiting))}
                </button>
              )}
              {!isPast.value && (
                <button
                  type="button"
                  class="button button-small"
                  aria-pressed={isPaused.value}
                  onClick={() => {
                    isPaused.value = !isPaused.peek();
                    if (!isPaused.peek() && waiting > 0) reload();
                  }}
                >
                  {isPaused.value ? t.resume : t.pause}
                </button>
              )}
            </div>
          </div>
          {error && <ErrorBox error={error} retry={reload} />}
          {isLoading && entries.length === 0 && (
            <div class="panel-body">
              <Skeleton lines={9} />
            </div>
          )}
          {!isLoading && !error && entries.length === 0 && (
            <Empty title={t.none}>{t.noneText}</Empty>
          )}
          <ol class="events">
            {entries.map((entry) => (
              <Row key={entry.sequence} entry={entry} isOpen={entry.sequence === selected} />
            ))}
          </ol>
          {hasMore && entries.length > 0 && (
            <div class="panel-body">
              <button type="button" class="button" onClick={more} disabled={isLoading}>
                {common.more}
              </button>
            </div>
          )}
        </section>
        {selected !== null && <EntryPanel sequence={selected} />}
      </div>
    </>
  );
}

/** For callers who may not read the history: the events of the stream. */
function Live() {
  const events = useRecent();
  return (
    <section class="panel">
      {events.length === 0 ? (
        <Empty title={t.quiet} />
      ) : (
        <ol class="events">
          {events.map((event) => (
            <li class="event" key={event.sequence}>
              <span class="event-line">
                <span class="event-sequence mono">#{number(event.sequence)}</span>
                <time class="event-time number muted" dateTime={event.time}>
                  {clockTime(event.time)}
                </time>
                <span class="event-text">{sentenceOf(event)}</span>
              </span>
            </li>
          ))}
        </ol>
      )}
    </section>
  );
}

export default function Events({ rest: [id], title }: ViewProps) {
  const selected = id !== undefined && /^[1-9]\d*$/.test(id) ? Number(id) : null;
  const isOperator = may("operate");
  return (
    <div class="page">
      <header class="page-head">
        <div>
          <h1>{title}</h1>
          <p>{isPast.value ? t.subtitlePast : isOperator ? t.subtitle : t.subtitleLive}</p>
        </div>
      </header>
      {isOperator ? <History selected={selected} /> : <Live />}
    </div>
  );
}
