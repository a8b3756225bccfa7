import { useComputed, useSignal } from "@preact/signals";
import type { CoresView } from "@vega/contracts/crystal/apply";
import { useEffect } from "preact/hooks";
import { serverNow, withQuery } from "../../api/client.ts";
import { onEvent } from "../../live/live.ts";
import { queryOf, setQuery } from "../../router.ts";
import { may } from "../../session/session.ts";
import { useResource } from "../../store/resource.ts";
import { setMoment } from "../../time/moment.ts";
import { Chart } from "../../ui/chart.tsx";
import { Choice } from "../../ui/controls.tsx";
import { Empty, ErrorBox, Skeleton } from "../../ui/state.tsx";
import type { CoreHistory, Curves } from "./curve.ts";
import { alignCurves, CORES, extendCurves } from "./curve.ts";
import { t } from "./words.ts";

const PERIODS = { "15m": 900, "1h": 3_600, "6h": 21_600, "24h": 86_400 } as const;
type Period = keyof typeof PERIODS;
const isPeriod = (text: string | null): text is Period => text !== null && text in PERIODS;

const CURVES = CORES.map((name) => ({ label: name, colour: `--${name}` }));
const NO_CURVES: Curves = { sequences: [], times: [], powers: CORES.map(() => []) };

const query = queryOf("period");

/** The power of the cores over time; a click shows the system as of that point. */
export function PowerChart() {
  const period = isPeriod(query.value) ? query.value : "15m";
  const seconds = PERIODS[period];
  // Operators see the past; for others the curve begins now.
  const from = useComputed(() => {
    const length = PERIODS[isPeriod(query.value) ? query.value : "15m"];
    return new Date(serverNow() - length * 1_000).toISOString();
  });
  const path = may("operate")
    ? withQuery("/api/history/cores", { points: 400, from: from.value })
    : null;
  const history = useResource<CoreHistory>(path);
  const curves = useSignal<Curves>(NO_CURVES);

  useEffect(() => {
    if (history.value) curves.value = alignCurves(history.value);
  }, [history.value]);
  useEffect(
    () =>
      onEvent((event) => {
        if (event.type !== "loop_update" || event.sequence === undefined) return;
        const { cores } = event as typeof event & { cores: CoresView };
        const at = { sequence: event.sequence, time: Date.parse(event.time ?? "") / 1_000 };
        curves.value = extendCurves(curves.peek(), at, cores, seconds);
      }),
    [seconds],
  );

  const { times, powers, sequences } = curves.value;
  const isLoading = path !== null && history.isLoading && times.length === 0;
  return (
    <section class="panel" aria-labelledby="power">
      <div class="panel-head">
        <h2 id="power">{t.power}</h2>
        <ul class="legend">
          {CURVES.map(({ label }) => (
            <li key={label}>
              <span class={`swatch swatch-${label}`} aria-hidden="true" />
              {label}
            </li>
          ))}
        </ul>
        {may("operate") && (
          <Choice
            label={t.period}
            value={period}
            values={[
              ["15m", t.minutes15],
              ["1h", t.hour],
              ["6h", t.hours6],
              ["24h", t.day],
            ]}
            onChange={(next) => setQuery({ period: next === "15m" ? null : next })}
          />
        )}
      </div>
      <div class="panel-body">
        {history.error && <ErrorBox error={history.error} retry={history.reload} />}
        {isLoading && <Skeleton lines={5} />}
        {!isLoading && times.length < 2 && !history.error && <Empty title={t.noCurve} />}
        {times.length >= 2 && (
          <Chart
            data={[times, ...powers] as never}
            curves={CURVES}
            height={210}
            label={`${t.power}: ${t.powerHint}`}
            range={[0, 104]}
            onPick={(index) => setMoment(sequences[index] ?? null)}
          />
        )}
      </div>
    </section>
  );
}
