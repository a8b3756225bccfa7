import { get, head } from "../../api/client.ts";
import { dateTime, number } from "../../i18n/format.ts";
import { hrefOf } from "../../router.ts";
import { may } from "../../session/session.ts";
import { useResource } from "../../store/resource.ts";
import { useEffect } from "preact/hooks";
import { useSignal } from "@preact/signals";
import { setMoment } from "../../time/moment.ts";
import { Badge, CopyButton } from "../../ui/controls.tsx";
import { Icon } from "../../ui/icon.tsx";
import { Loaded } from "../../ui/state.tsx";
import { inline, membersChanged } from "./difference.ts";
import { t } from "./words.ts";

interface Entry {
  readonly sequence: number;
  readonly time: string;
  readonly type: string;
  readonly subject: string | null;
  readonly actor: string | null;
  readonly summary: string;
  readonly before_known: boolean;
  readonly documents: readonly {
    readonly document: string;
    readonly before: unknown;
    readonly after: unknown;
  }[];
}

/** What only the audit trail has. */
interface Audited {
  readonly sequence: number;
  readonly request_id: string | null;
  readonly address: string | null;
  readonly hash: string;
}

/** The entry in the audit trail, for administrators. */
function useAudited(sequence: number): Audited | undefined {
  const audited = useSignal<Audited | undefined>(undefined);
  useEffect(() => {
    audited.value = undefined;
    if (!may("admin")) return undefined;
    const controller = new AbortController();
    get<{ entries: readonly Audited[] }>(
      `/api/audit?limit=1&cursor=${sequence + 1}`,
      controller.signal,
    ).then(
      ({ body }) => (audited.value = body.entries.find((entry) => entry.sequence === sequence)),
      () => undefined,
    );
    return () => controller.abort();
  }, [sequence]);
  return audited.value;
}

function Changes({ entry }: { entry: Entry }) {
  if (entry.documents.length === 0) return <p class="muted small">{t.noChanges}</p>;
  return (
    <>
      {!entry.before_known && <p class="muted small">{t.unknownBefore}</p>}
      {entry.documents.map(({ document, before, after }) => (
        <section class="document" key={document}>
          <h3 class="mono">
            {document}{" "}
            {before === null && entry.before_known && <Badge tone="good">{t.created}</Badge>}
            {after === null && <Badge tone="bad">{t.removed}</Badge>}
          </h3>
          <dl class="changes">
            {membersChanged(before ?? {}, after ?? {}).map((change) => (
              <div key={change.path}>
                <dt class="mono">{change.path}</dt>
                <dd>
                  {before !== null && <del title={t.before}>{inline(change.before)}</del>}
                  <ins title={t.after}>{inline(change.after)}</ins>
                </dd>
              </div>
            ))}
          </dl>
        </section>
      ))}
    </>
  );
}

/** One entry of the log: actor, cause, what it changed, its hash. */
export function EntryPanel({ sequence }: { sequence: number }) {
  const entry = useResource<Entry>(`/api/history/${sequence}`);
  const audited = useAudited(sequence);
  return (
    <section class="panel aside" aria-labelledby="entry">
      <div class="panel-head">
        <h2 id="entry">{t.entry(number(sequence))}</h2>
        <div class="actions">
          {sequence > 1 && (
            <a
              class="icon-button"
              href={hrefOf("events", [String(sequence - 1)])}
              aria-label={t.previous}
              title={t.previous}
            >
              <Icon name="back" />
            </a>
          )}
          {sequence < head.value && (
            <a
              class="icon-button flipped"
              href={hrefOf("events", [String(sequence + 1)])}
              aria-label={t.next}
              title={t.next}
            >
              <Icon name="back" />
            </a>
          )}
        </div>
      </div>
      <div class="panel-body stack">
        <Loaded of={entry} retry={entry.reload}>
          {(value) => (
            <>
              <p>{value.summary}</p>
              <dl class="pairs">
                <dt>{t.when}</dt>
                <dd>{dateTime(value.time)}</dd>
                <dt>{t.who}</dt>
                <dd class="mono">{value.actor ?? "–"}</dd>
                <dt>{t.what}</dt>
                <dd class="mono">{value.type}</dd>
                <dt>{t.of}</dt>
                <dd class="mono">{value.subject ?? "–"}</dd>
                {audited?.request_id && (
                  <>
                    <dt>{t.cause}</dt>
                    <dd class="mono">{audited.request_id}</dd>
                  </>
                )}
                {audited?.address && (
                  <>
                    <dt>{t.address}</dt>
                    <dd class="mono">{audited.address}</dd>
                  </>
                )}
                {audited && (
                  <>
                    <dt>{t.hash}</dt>
                    <dd class="hash mono">
                      {audited.hash} <CopyButton text={() => audited.hash} />
                    </dd>
                  </>
                )}
              </dl>
              <div class="actions">
                {sequence > 1 && (
                  <button
                    type="button"
                    class="button button-small"
                    onClick={() => setMoment(sequence - 1)}
                  >
                    {t.showBefore}
                  </button>
                )}
                <button
                  type="button"
                  class="button button-small"
                  onClick={() => setMoment(sequence)}
                >
                  {t.showAfter}
                </button>
              </div>
              <h3>{t.changes}</h3>
              <Changes entry={value} />
            </>
          )}
        </Loaded>
        {entry.error?.status === 404 && may("admin") && (
          <a href={hrefOf("audit", [], { cursor: sequence + 1 })}>{t.inAudit}</a>
        )}
      </div>
    </section>
  );
}
