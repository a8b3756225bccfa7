import "./usage.css";
import type { UsageTotals } from "@vega/contracts";
import { useEffect, useRef } from "preact/hooks";
import { serverNow, withQuery } from "../../api/client.ts";
import { dollars, number } from "../../i18n/format.ts";
import { hrefOf, route, setQuery } from "../../router.ts";
import { may } from "../../session/session.ts";
import { useResource } from "../../store/resource.ts";
import { Choice, Field } from "../../ui/controls.tsx";
import { Icon } from "../../ui/icon.tsx";
import { Empty, Loaded } from "../../ui/state.tsx";
import { Budgets } from "./budgets.tsx";
import { dayOf, percentOf } from "./period.ts";
import type { ViewProps } from "../define.ts";
import { t } from "./words.ts";

interface Row extends UsageTotals {
  readonly key: string;
}
interface Usage {
  readonly from: string;
  readonly to: string;
  readonly total: UsageTotals;
  readonly rows: readonly Row[];
  readonly more: boolean;
}

const BY = ["day", "model", "user", "agent", "conversation"] as const;
type By = (typeof BY)[number];
const isBy = (text: string | null): text is By => BY.some((by) => by === text);

const DAY_MS = 86_400_000;

function Share({ percent }: { percent: number }) {
  const bar = useRef<HTMLSpanElement>(null);
  useEffect(() => {
    if (bar.current) bar.current.style.width = `${percent}%`;
  }, [percent]);
  return (
    <div class="meter" title={`${number(percent, 1)} %`}>
      <span ref={bar} />
    </div>
  );
}

const tokensOf = (totals: UsageTotals): number => totals.prompt_tokens + totals.completion_tokens;

/** The name of a row, which leads to what it counts. */
function RowName({ by, name }: { by: By; name: string }) {
  if (by === "conversation") return <a href={hrefOf("chat", [name])}>{name.slice(0, 8)}</a>;
  if (by === "agent" && may("operate")) return <a href={hrefOf("agents", [name])}>{name}</a>;
  if (by === "day" && may("admin")) {
    const query = { action: "vega.usage.*", from: name, to: name };
    return <a href={hrefOf("audit", [], query)}>{name}</a>;
  }
  return <span class={by === "day" ? "" : "mono"}>{name}</span>;
}

function Figures({ row, whole, cells }: { row: UsageTotals; whole: UsageTotals; cells: number }) {
  const figures = [row.answers, row.incomplete, row.prompt_tokens, row.completion_tokens];
  return (
    <>
      {figures.slice(0, cells).map((value, index) => (
        <td class="number" key={index}>
          {number(value)}
        </td>
      ))}
      <td class="number">{dollars(row.cost_usd)}</td>
      <td class="usage-share">
        <Share
          percent={
            whole.cost_usd > 0
              ? percentOf(row.cost_usd, whole.cost_usd)
              : percentOf(tokensOf(row), Math.max(1, tokensOf(whole)))
          }
        />
      </td>
    </>
  );
}

export default function UsagePage({ title }: ViewProps) {
  const { query } = route.value;
  const chosen = query.get("by");
  const by: By = isBy(chosen) ? chosen : "day";
  const to = query.get("to") ?? dayOf(serverNow());
  const from = query.get("from") ?? dayOf(Date.parse(to) - 29 * DAY_MS);
  const path = withQuery("/api/usage", { by, from, to, user: query.get("user") });
  const usage = useResource<Usage>(path);
  const labels: Readonly<Record<By, string>> = {
    day: t.day,
    model: t.model,
    user: t.user,
    agent: t.agent,
    conversation: t.conversation,
  };
  const shown = BY.filter((one) => one !== "user" || may("admin"));
  const date = (name: "from" | "to", label: string, value: string) => (
    <Field label={label}>
      {(ids) => (
        <input
          {...ids}
          type="date"
          value={value}
          onChange={({ currentTarget }) => setQuery({ [name]: currentTarget.value || null })}
        />
      )}
    </Field>
  );
  return (
    <div class="page">
      <header class="page-head">
        <div>
          <h1>{title}</h1>
          <p>{t.subtitle}</p>
        </div>
        <a
          class="button"
          href={withQuery(path, { format: "csv" }).replace("?format", "&format")}
          download
        >
          <Icon name="download" />
          {t.export}
        </a>
      </header>
      <div class="usage-filters">
        <Choice<By>
          label={t.by}
          value={by}
          values={shown.map((one) => [one, labels[one]] as const)}
          onChange={(next) => setQuery({ by: next === "day" ? null : next })}
        />
        {date("from", t.from, from)}
        {date("to", t.to, to)}
      </div>
      <section class="panel" aria-label={title}>
        <Loaded of={usage} retry={usage.reload} lines={6}>
          {({ rows, total, more }) =>
            rows.length === 0 ? (
              <Empty title={t.none} />
            ) : (
              <>
                <div class="table-wrap" tabIndex={0} role="region" aria-label={title}>
                  <table class="table">
                    <thead>
                      <tr>
                        <th scope="col">{labels[by]}</th>
                        <th scope="col" class="number">
                          {t.answers}
                        </th>
                        <th scope="col" class="number">
                          {t.incomplete}
                        </th>
                        <th scope="col" class="number">
                          {t.prompt}
                        </th>
                        <th scope="col" class="number">
                          {t.completion}
                        </th>
                        <th scope="col" class="number">
                          {t.cost}
                        </th>
                        <th scope="col">{t.share}</th>
                      </tr>
                    </thead>
                    <tbody>
                      {rows.map((row) => (
                        <tr key={row.key}>
                          <th scope="row">
                            <RowName by={by} name={row.key} />
                          </th>
                          <Figures row={row} whole={total} cells={4} />
                        </tr>
                      ))}
                      <tr class="usage-total">
                        <th scope="row">{t.total}</th>
                        <Figures row={total} whole={total} cells={4} />
                      </tr>
                    </tbody>
                  </table>
                </div>
                {total.unpriced > 0 && (
                  <p class="panel-body small muted">{t.unpriced(number(total.unpriced))}</p>
                )}
                {more && <p class="panel-body small muted">{t.more}</p>}
              </>
            )
          }
        </Loaded>
      </section>
      <Budgets />
    </div>
  );
}
