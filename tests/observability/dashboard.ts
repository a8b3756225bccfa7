import { readFileSync } from "node:fs";

const FILE = new URL("../../deploy/grafana/vega.json", import.meta.url);

interface Panel {
  readonly title: string;
  readonly targets?: readonly { readonly expr: string }[];
}

/** A time series that a panel queries, and the labels that it selects or groups by. */
export interface Asked {
  readonly panel: string;
  readonly expr: string;
  readonly metric: string;
  /** With `le` of histograms. */
  readonly labels: readonly string[];
}

/** Labels that Prometheus adds to each target. */
const OF_THE_TARGET = new Set(["job", "instance"]);

/** All series that the dashboard queries. @throws Error for an expression without a metric */
export function dashboardQueries(): Asked[] {
  const { panels } = JSON.parse(readFileSync(FILE, "utf8")) as { panels: readonly Panel[] };
  return panels.flatMap(({ title, targets = [] }) =>
    targets.flatMap(({ expr }) => {
      const metrics = [...expr.matchAll(/\b(?:vega|process|nodejs)_\w+/g)];
      if (metrics.length === 0) throw new Error(`${title}: no metric in ${expr}`);
      const grouped = [...expr.matchAll(/\bby \(([^)]*)\)/g)].flatMap(([, names]) => listed(names));
      return metrics.map(({ 0: metric, index }) => {
        const selector = /^\{([^}]*)\}/.exec(expr.slice(index + metric.length))?.[1] ?? "";
        const picked = [...selector.matchAll(/(\w+)\s*(?:=~|!~|!=|=)/g)].map(([, name]) => name);
        const labels = [...grouped, ...picked].filter((name) => name !== undefined);
        return {
          panel: title,
          expr,
          metric,
          labels: labels.filter((one) => !OF_THE_TARGET.has(one)),
        };
      });
    }),
  );
}

const listed = (names = ""): string[] => names.split(",").map((name) => name.trim());
