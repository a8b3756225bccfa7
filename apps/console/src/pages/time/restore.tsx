import { useSignal } from "@preact/signals";
import { useEffect } from "preact/hooks";
import { write } from "../../api/client.ts";
import { dateTime, number } from "../../i18n/format.ts";
import { Dialog, useAction } from "../../ui/controls.tsx";
import { ErrorBox } from "../../ui/state.tsx";
import { common } from "../../ui/words.ts";
import { t } from "./words.ts";

const PARTS = ["agents", "modules", "loop", "settings"] as const;
type Part = (typeof PARTS)[number];

interface Report {
  readonly of: { readonly sequence: number; readonly time: string };
  readonly summary: readonly string[];
}

/** Restores parts of an earlier state: first a report, then a question, then the change. */
export function Restore({ sequence }: { sequence: number }) {
  const parts = useSignal<readonly Part[]>(PARTS);
  const report = useSignal<Report | null>(null);
  const isAsking = useSignal(false);
  const names: Readonly<Record<Part, string>> = {
    agents: t.partAgents,
    modules: t.partModules,
    loop: t.partLoop,
    settings: t.partSettings,
  };
  const send = (dryRun: boolean) =>
    write<Report>("POST", "/api/admin/restore", {
      sequence,
      parts: parts.peek(),
      dry_run: dryRun,
    });
  const look = useAction(async () => {
    report.value = (await send(true)).body;
  });
  const restore = useAction(
    async () => {
      await send(false);
      isAsking.value = false;
      report.value = null;
    },
    () => t.restored,
  );
  useEffect(() => {
    report.value = null;
  }, [sequence, parts.value]);
  const found = report.value;
  return (
    <section class="panel" aria-labelledby="restore">
      <div class="panel-head">
        <h2 id="restore">{t.restore}</h2>
      </div>
      <div class="panel-body stack">
        <p class="small muted">{t.restoreText(number(sequence))}</p>
        <fieldset class="row">
          <legend class="visually-hidden">{t.parts}</legend>
          {PARTS.map((part) => (
            <label class="check" key={part}>
              <input
                type="checkbox"
                checked={parts.value.includes(part)}
                onChange={({ currentTarget: { checked } }) => {
                  const others = parts.peek().filter((one) => one !== part);
                  parts.value = checked ? [...others, part] : others;
                }}
              />
              {names[part]}
            </label>
          ))}
        </fieldset>
        <div class="actions">
          <button
            type="button"
            class="button"
            disabled={parts.value.length === 0 || look.isRunning}
            onClick={() => void look.run()}
          >
            {t.dryRun}
          </button>
        </div>
        {look.error && <ErrorBox error={look.error} />}
        {found && (
          <div class="stack" role="region" aria-label={t.would}>
            <h3>{t.would}</h3>
            {found.summary.length === 0 ? (
              <p class="muted">{t.wouldNothing}</p>
            ) : (
              <>
                <ul class="time-words">
                  {found.summary.map((line) => (
                    <li key={line}>{line}</li>
                  ))}
                </ul>
                <div class="actions">
                  <button
                    type="button"
                    class="button button-bad"
                    onClick={() => (isAsking.value = true)}
                  >
                    {t.restore}…
                  </button>
                </div>
              </>
            )}
          </div>
        )}
      </div>
      {isAsking.value && found && (
        <Dialog title={t.confirm(number(sequence))} onClose={() => (isAsking.value = false)}>
          <p>
            {dateTime(found.of.time)} · {parts.value.map((part) => names[part]).join(", ")}
          </p>
          <p class="muted">{t.changes(number(found.summary.length))}</p>
          {restore.error && <ErrorBox error={restore.error} />}
          <div class="actions actions-end">
            <button type="button" class="button" onClick={() => (isAsking.value = false)}>
              {common.cancel}
            </button>
            <button
              type="button"
              class="button button-bad"
              disabled={restore.isRunning}
              onClick={() => void restore.run()}
            >
              {t.restore}
            </button>
          </div>
        </Dialog>
      )}
    </section>
  );
}
