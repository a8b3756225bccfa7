import { useSignal } from "@preact/signals";
import type { MemoryEntryView, NamespaceView } from "@vega/contracts/memory/apply";
import { applyNamespace } from "@vega/contracts/memory/apply";
import { useMemo } from "preact/hooks";
import { write } from "../../api/client.ts";
import { ago, dateTime } from "../../i18n/format.ts";
import { createSlice, useSlice } from "../../store/slice.ts";
import { IconButton, useAction } from "../../ui/controls.tsx";
import { useNow } from "../../ui/clock.ts";
import { Empty, ErrorBox, Loaded } from "../../ui/state.tsx";
import type { Target } from "./dialogs.tsx";
import { pathOf, SchemaDialog, ValueDialog } from "./dialogs.tsx";
import { textOf } from "./value.ts";
import { t } from "./words.ts";

/** The values and the schema of a namespace, kept up to date. */
export function Namespace({ target, canWrite }: { target: Target; canWrite: boolean }) {
  const { namespace, shared } = target;
  const now = useNow();
  const slice = useMemo(
    () =>
      createSlice<NamespaceView>({
        path: pathOf({ namespace, shared }),
        apply: applyNamespace,
        looksBack: false,
      }),
    [namespace, shared],
  );
  const state = useSlice(slice);
  const edited = useSignal<MemoryEntryView | null>(null);
  const isSchemaOpen = useSignal(false);
  const forget = useAction(async (key: string) => {
    await write("DELETE", pathOf(target, key));
    slice.reload();
  });
  return (
    <section class="panel" aria-labelledby="namespace">
      <div class="panel-head">
        <h2 id="namespace" class="mono">
          {namespace}
        </h2>
        {canWrite && (
          <button
            type="button"
            class="button button-small"
            onClick={() => (isSchemaOpen.value = true)}
          >
            {t.editSchema}
          </button>
        )}
      </div>
      {forget.error && <ErrorBox error={forget.error} />}
      <Loaded of={state} retry={slice.reload}>
        {({ entries, schema }) => (
          <>
            {entries.length === 0 && <Empty title={t.empty} />}
            <ul class="list memory-entries">
              {entries.map((entry) => (
                <li key={entry.key}>
                  <div class="row">
                    <strong class="mono grow">{entry.key}</strong>
                    <span class="small muted">
                      <time title={dateTime(entry.updated_at)}>{ago(entry.updated_at, now)}</time>
                      {entry.expires_at && ` · ${t.expires} ${ago(entry.expires_at, now)}`}
                    </span>
                    {canWrite && (
                      <>
                        <IconButton
                          icon="edit"
                          label={t.edit(entry.key)}
                          onClick={() => (edited.value = entry)}
                        />
                        <IconButton
                          icon="trash"
                          label={t.remove(entry.key)}
                          onClick={() => void forget.run(entry.key)}
                        />
                      </>
                    )}
                  </div>
                  <p class="memory-value mono">{textOf(entry.value)}</p>
                </li>
              ))}
            </ul>
            {schema && (
              <details class="panel-body">
                <summary class="small">{t.schema}</summary>
                <pre class="small" tabIndex={0}>
                  {JSON.stringify(schema, null, 2)}
                </pre>
              </details>
            )}
            {isSchemaOpen.value && (
              <SchemaDialog
                target={target}
                schema={schema}
                onClose={(isDone) => {
                  isSchemaOpen.value = false;
                  if (isDone) slice.reload();
                }}
              />
            )}
          </>
        )}
      </Loaded>
      {edited.value && (
        <ValueDialog
          target={target}
          entry={edited.value}
          onClose={() => {
            edited.value = null;
            slice.reload();
          }}
        />
      )}
    </section>
  );
}
