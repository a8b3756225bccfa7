import { duration, number } from "../../i18n/format.ts";
import { useResource } from "../../store/resource.ts";
import { Badge, IconButton } from "../../ui/controls.tsx";
import { Loaded } from "../../ui/state.tsx";
import { t } from "./words.ts";

interface Health {
  readonly status: string;
  readonly services?: Readonly<
    Record<
      string,
      {
        readonly status: "ok" | "degraded" | "away";
        readonly instances: number;
        readonly uptime: number;
        readonly checks: Readonly<Record<string, string>>;
      }
    >
  >;
  readonly nats?: string;
  readonly store?: string;
  readonly withheld?: string;
}

const TONES = { ok: "good", degraded: "warn", away: "bad" } as const;

/** What a check says beyond "ok". */
const isNotable = ([, text]: readonly [string, string]): boolean => text !== "ok";

/** Every service with its instances and what its checks say. */
export function Services() {
  const health = useResource<Health>("/api/health");
  return (
    <section class="panel" aria-labelledby="services">
      <div class="panel-head">
        <h2 id="services">{t.services}</h2>
        <IconButton icon="retry" label={t.refresh} onClick={health.reload} />
      </div>
      <Loaded of={health} retry={health.reload}>
        {({ services, nats, store, withheld }) => (
          <>
            {withheld && (
              <p class="panel-body small muted">
                {t.withheld} {withheld}
              </p>
            )}
            <ul class="list">
              {Object.entries(services ?? {}).map(
                ([name, { status, instances, uptime, checks }]) => (
                  <li key={name}>
                    <div class="row">
                      <strong>{name}</strong>
                      <Badge tone={TONES[status]}>{t[status]}</Badge>
                      <span class="small muted">
                        {t.instances(number(instances))} · {t.up(duration(uptime * 1_000))}
                      </span>
                    </div>
                    <p class="small muted">
                      {Object.entries(checks)
                        .filter(isNotable)
                        .map(([check, text]) => `${check}: ${text}`)
                        .join(" · ")}
                    </p>
                  </li>
                ),
              )}
              {nats !== undefined && (
                <li class="row">
                  <strong>{t.bus}</strong>
                  <Badge tone={nats === "ok" ? "good" : "bad"}>{nats}</Badge>
                </li>
              )}
              {store !== undefined && (
                <li class="row">
                  <strong>{t.store}</strong>
                  <Badge tone={store === "ok" ? "good" : "bad"}>{store}</Badge>
                </li>
              )}
            </ul>
          </>
        )}
      </Loaded>
    </section>
  );
}
