/** The result of a fault. */
export interface Row {
  readonly fault: string;
  /** Undefined: skipped. Infinite: no recovery. */
  readonly healthySeconds: number | undefined;
  /** Acknowledged writes since the last row. */
  readonly writes: number;
  readonly answers: number;
  readonly lost: number;
  readonly doubled: number;
  /** Longest period of wrong readiness, seconds: ready while writes failed, not ready while they succeeded. */
  readonly green: number;
  readonly red: number;
  /** Findings, or why it was skipped. */
  readonly notes: readonly string[];
}

const COLUMNS = [
  "fault",
  "healthy after s",
  "writes",
  "answers",
  "lost",
  "doubled",
  "green but failing s",
  "red but working s",
] as const;

const seconds = (value: number) => (Number.isFinite(value) ? value.toFixed(1) : "never");

const cells = (row: Row): string[] =>
  row.healthySeconds === undefined
    ? [row.fault, "SKIPPED", ...COLUMNS.slice(2).map(() => "")]
    : [
        row.fault,
        seconds(row.healthySeconds),
        String(row.writes),
        String(row.answers),
        String(row.lost),
        String(row.doubled),
        seconds(row.green),
        seconds(row.red),
      ];

/** A Markdown table, with the findings below it. */
export function table(rows: readonly Row[]): string {
  const lines = [[...COLUMNS], ...rows.map(cells)];
  const widths = COLUMNS.map((_, n) => Math.max(...lines.map((line) => (line[n] ?? "").length)));
  const line = (parts: readonly string[]) =>
    `| ${parts.map((part, n) => (n === 0 ? part.padEnd(widths[n] ?? 0) : part.padStart(widths[n] ?? 0))).join(" | ")} |`;
  const rule = widths.map((width, n) =>
    n === 0 ? "-".repeat(width) : `${"-".repeat(width - 1)}:`,
  );
  const notes = rows.flatMap(({ fault, notes: found }) => found.map((note) => `${fault}: ${note}`));
  const [head = [], ...body] = lines;
  return [line(head), line(rule), ...body.map(line), ...notes].join("\n");
}
