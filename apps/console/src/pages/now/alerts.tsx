import { ago, dateTime } from "../../i18n/format.ts";
import { alertsSlice } from "../../store/slices.ts";
import { useSlice } from "../../store/slice.ts";
import { Badge } from "../../ui/controls.tsx";
import { useNow } from "../../ui/clock.ts";
import { Empty, Loaded } from "../../ui/state.tsx";
import { t } from "./words.ts";

const SHOWN = 8;

export function Alerts() {
  const now = useNow();
  const alerts = useSlice(alertsSlice);
  return (
    <section class="panel" aria-labelledby="alerts">
      <div class="panel-head">
        <h2 id="alerts">{t.alerts}</h2>
      </div>
      <Loaded of={alerts} retry={alertsSlice.reload}>
        {({ alerts: list }) =>
          list.length === 0 ? (
            <Empty title={t.noAlerts}>{t.noAlertsText}</Empty>
          ) : (
            <ul class="list">
              {list.slice(0, SHOWN).map(({ sequence, time, severity, message, raised_by }) => (
                <li key={sequence} class="stack">
                  <div class="row">
                    <Badge tone={severity === "critical" ? "bad" : "warn"}>{severity}</Badge>
                    <span class="small muted">
                      {raised_by} · <time title={dateTime(time)}>{ago(time, now)}</time>
                    </span>
                  </div>
                  <p>{message}</p>
                </li>
              ))}
            </ul>
          )
        }
      </Loaded>
    </section>
  );
}
