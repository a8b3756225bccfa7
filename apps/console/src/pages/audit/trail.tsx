import type { AuditEntry } from "@vega/contracts";
import { withQuery } from "../../api/client.ts";
import { dateTime, number } from "../../i18n/format.ts";
import { route, setQuery } from "../../router.ts";
import { useResource } from "../../store/resource.ts";
import { Badge, Field, Form } from "../../ui/controls.tsx";
import { Empty, Loaded } from "../../ui/state.tsx";
import { common } from "../../ui/words.ts";
import { t } from "./words.ts";

const FILTERS = ["action", "actor", "subject", "from", "to"] as const;

/** A day, or a local time, as a time with its zone. */
function isoOf(text: string | null, isEnd: boolean): string | null {
  if (text === null || text === "") return null;
  if (/^\d{4}-\d\d-\d\d$/.test(text)) return `${text}T${isEnd ? "23:59:59.999" : "00:00:00.000"}Z`;
  return new Date(text).toISOString();
}

/** The audit trail with filters; what an entry carries is below it. */
export function Trail() {
  const { query } = route.value;
  const wanted = {
    action: query.get("action"),
    actor: query.get("actor"),
    subject: query.get("subject"),
    from: isoOf(query.get("from"), false),
    to: isoOf(query.get("to"), true),
  };
  const path = withQuery("/api/audit", { ...wanted, cursor: query.get("cursor"), limit: 100 });
  const page = useResource<{
    entries: readonly AuditEntry[];
    next_cursor: number | null;
  }>(path);
  const text = (name: "action" | "actor" | "subject", label: string, hint?: string) => (
    <Field label={label}>
      {(ids) => (
        <input
          {...ids}
          type="text"
          placeholder={hint}
          value={query.get(name) ?? ""}
          onChange={({ currentTarget }) =>
            setQuery({ [name]: currentTarget.value || null, cursor: null })
          }
        />
      )}
    </Field>
  );
  const date = (name: "from" | "to", label: string) => (
    <Field label={label}>
      {(ids) => (
        <input
          {...ids}
          type="date"
          value={(query.get(name) ?? "").slice(0, 10)}
          onChange={({ currentTarget }) =>
            setQuery({ [name]: currentTarget.value || null, cursor: null })
          }
        />
      )}
    </Field>
  );
  return (
    <>
      <Form class="filters" onSubmit={() => undefined} aria-label={t.trail}>
        {text("action", t.action, t.actionHint)}
        {text("actor", t.actor)}
        {text("subject", t.subject)}
        {date("from", t.from)}
        {date("to", t.to)}
        {[...FILTERS, "cursor"].some((name) => query.get(name)) && (
          <button
            type="button"
            class="button filters-clear"
            onClick={() =>
              setQuery(Object.fromEntries([...FILTERS, "cursor"].map((name) => [name, null])))
            }
          >
            {t.clear}
          </button>
        )}
      </Form>
      <section class="panel" aria-labelledby="trail">
        <div class="panel-head">
          <h2 id="trail">{t.trail}</h2>
          <div class="actions">
            <a
              class="button button-small"
              href={withQuery("/api/audit", { ...wanted, format: "csv" })}
              download
            >
              {t.exportCsv}
            </a>
            <a
              class="button button-small"
              href={withQuery("/api/audit", { ...wanted, format: "jsonl" })}
              download
            >
              {t.exportJsonl}
            </a>
          </div>
        </div>
        <Loaded of={page} retry={page.reload} lines={9}>
          {({ entries, next_cursor }) => (
            <>
              {entries.length === 0 && <Empty title={t.none}>{t.noneText}</Empty>}
              <ol class="list audit-trail">
                {entries.map((entry) => (
                  <li key={entry.sequence}>
                    <details>
                      <summary>
                        <span class="mono audit-sequence">#{number(entry.sequence)}</span>
                        <time class="muted small number" dateTime={entry.time}>
                          {dateTime(entry.time)}
                        </time>
                        <span class="mono audit-action">
                          {entry.action.replace(/^vega\.|\.v\d+$/g, "")}
                        </span>
                        <span class="mono muted small audit-actor">{entry.actor ?? "–"}</span>
                        {entry.erased && <Badge>{t.erased}</Badge>}
                      </summary>
                      <dl class="pairs">
                        <dt>{t.subject}</dt>
                        <dd class="mono">{entry.subject ?? "–"}</dd>
                        <dt>{t.where}</dt>
                        <dd class="mono">
                          {entry.address ?? "–"} {entry.user_agent ?? ""}
                        </dd>
                        <dt>Hash</dt>
                        <dd class="mono">{entry.hash}</dd>
                        <dt>{t.data}</dt>
                        <dd>
                          <pre
                            class="audit-stack small"
                            tabIndex={0}
                            aria-label={t.data}
                            role="region"
                          >
                            {JSON.stringify(entry.data, null, 2)}
                          </pre>
                        </dd>
                      </dl>
                    </details>
                  </li>
                ))}
              </ol>
              {next_cursor !== null && (
                <div class="panel-body">
                  <button
                    type="button"
                    class="button"
                    onClick={() => setQuery({ cursor: next_cursor }, { replace: false })}
                  >
                    {common.more}
                  </button>
                </div>
              )}
            </>
          )}
        </Loaded>
      </section>
    </>
  );
}
