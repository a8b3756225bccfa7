import type { Backup } from "@vega/contracts";
import { write } from "../../api/client.ts";
import { ago, bytes, dateTime, number } from "../../i18n/format.ts";
import { useResource } from "../../store/resource.ts";
import { Badge, useAction } from "../../ui/controls.tsx";
import { useNow } from "../../ui/clock.ts";
import { Empty, ErrorBox, Loaded } from "../../ui/state.tsx";
import { t } from "./words.ts";

interface Backups {
  readonly backups: readonly Backup[];
  readonly running: boolean;
  readonly last_error: string | null;
}

/** Backups, each proven by a restore into a scratch database. */
export function BackupsPanel() {
  const now = useNow();
  const backups = useResource<Backups>("/api/admin/backups");
  const make = useAction(
    async () => {
      await write("POST", "/api/admin/backups");
      backups.reload();
    },
    () => t.backedUp,
  );
  return (
    <section class="panel" aria-labelledby="backups">
      <div class="panel-head">
        <h2 id="backups">{t.backups}</h2>
        <button
          type="button"
          class="button button-small"
          disabled={make.isRunning}
          onClick={() => void make.run()}
        >
          {make.isRunning ? t.running : t.backupNow}
        </button>
      </div>
      {make.error && <ErrorBox error={make.error} />}
      <Loaded of={backups} retry={backups.reload}>
        {({ backups: list, running, last_error }) => (
          <>
            {running && <p class="panel-body small muted">{t.running}</p>}
            {last_error && (
              <p class="box box-bad small">
                {t.lastError} {last_error}
              </p>
            )}
            {list.length === 0 ? (
              <Empty title={t.noBackups} />
            ) : (
              <div class="table-wrap" tabIndex={0} role="region" aria-label={t.backups}>
                <table class="table">
                  <thead>
                    <tr>
                      <th scope="col">{t.file}</th>
                      <th scope="col">{t.proven}</th>
                      <th scope="col" class="number">
                        {t.sequence}
                      </th>
                      <th scope="col" class="number">
                        {t.entries}
                      </th>
                      <th scope="col" class="number">
                        {t.size}
                      </th>
                    </tr>
                  </thead>
                  <tbody>
                    {list.map((backup) => (
                      <tr key={backup.file}>
                        <th scope="row" class="mono" title={backup.file}>
                          {backup.file.split("/").at(-1)}{" "}
                          {backup.by_hand && <Badge>{t.byHand}</Badge>}{" "}
                          {backup.copy && <Badge tone="good">{t.copied}</Badge>}
                        </th>
                        <td title={dateTime(backup.verified_at)}>{ago(backup.verified_at, now)}</td>
                        <td class="number">{number(backup.sequence)}</td>
                        <td class="number">{number(backup.entries)}</td>
                        <td class="number">{bytes(backup.bytes)}</td>
                      </tr>
                    ))}
                  </tbody>
                </table>
              </div>
            )}
          </>
        )}
      </Loaded>
      <p class="panel-body small muted">
        {t.restoreText} <code>./vega restore &lt;file&gt;</code>
      </p>
    </section>
  );
}
