import { number } from "../../i18n/format.ts";
import { useResource } from "../../store/resource.ts";
import { Loaded } from "../../ui/state.tsx";
import { t } from "./words.ts";

interface Analytics {
  readonly enabled: boolean;
  readonly total: {
    readonly page_views: number;
    readonly api_calls: number;
    readonly sessions: number;
  };
}

/** What was counted, without tracking anybody. */
export function AnalyticsPanel() {
  const analytics = useResource<Analytics>("/api/analytics");
  return (
    <section class="panel" aria-labelledby="analytics">
      <div class="panel-head">
        <h2 id="analytics">{t.analytics}</h2>
      </div>
      <div class="panel-body stack">
        <Loaded of={analytics} retry={analytics.reload} lines={2}>
          {({ enabled, total }) => (
            <>
              {!enabled && <p class="small muted">{t.analyticsOff}</p>}
              <dl class="pairs number">
                <dt>{t.views}</dt>
                <dd>{number(total.page_views)}</dd>
                <dt>{t.sessions}</dt>
                <dd>{number(total.sessions)}</dd>
                <dt>{t.calls}</dt>
                <dd>{number(total.api_calls)}</dd>
              </dl>
            </>
          )}
        </Loaded>
        <div class="actions">
          <a class="button button-small" href="/api/admin/export" download="time_crystal.json">
            time_crystal.json
          </a>
          <a class="button button-small" href="/metrics" target="_blank">
            {t.metrics}
          </a>
        </div>
      </div>
    </section>
  );
}
