import type { ErrorGroup } from "@vega/contracts";
import { ago, dateTime, number } from "../../i18n/format.ts";
import { useResource } from "../../store/resource.ts";
import { Badge } from "../../ui/controls.tsx";
import { useNow } from "../../ui/clock.ts";
import { Empty, Loaded } from "../../ui/state.tsx";
import { t } from "./words.ts";

/** Errors of all services, grouped by where they come from. */
export function Errors() {
  const now = useNow();
  const errors = useResource<{ errors: readonly ErrorGroup[] }>("/api/errors");
  return (
    <section class="panel" aria-label={t.errors}>
      <Loaded of={errors} retry={errors.reload}>
        {({ errors: list }) =>
          list.length === 0 ? (
            <Empty title={t.noErrors}>{t.noErrorsText}</Empty>
          ) : (
            <ul class="list">
              {list.map(
                ({
                  fingerprint,
                  service,
                  name,
                  message,
                  kind,
                  count,
                  last_seen,
                  first_seen,
                  example,
                }) => (
                  <li key={fingerprint} class="stack">
                    <div class="row">
                      <Badge tone={kind === "request" ? "warn" : "bad"}>{kind}</Badge>
                      <strong>{service}</strong>
                      <span class="mono small">{name}</span>
                      <span class="grow small muted">
                        {t.times(number(count))} · {t.lastSeen}{" "}
                        <time title={dateTime(last_seen)}>{ago(last_seen, now)}</time> ·{" "}
                        {t.firstSeen} {dateTime(first_seen)}
                      </span>
                    </div>
                    <p class="audit-message">{message}</p>
                    {example.stack && (
                      <details>
                        <summary class="small">{t.stack}</summary>
                        <pre class="audit-stack small" tabIndex={0}>
                          {example.stack}
                        </pre>
                      </details>
                    )}
                  </li>
                ),
              )}
            </ul>
          )
        }
      </Loaded>
    </section>
  );
}
