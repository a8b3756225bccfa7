/** A fault and what came of it. */
export interface Row {
  readonly fault: string;
  /** Undefined: it was skipped. Never healthy again: infinite. */
  readonly healthySeconds: number | undefined;
  /** Acknowledged since the last row. */
  readonly writes: number;
  readonly answers: number;
  readonly lost: number;
  readonly doubled: number;
  /** Seconds that readiness was wrong at a stretch: green while writes failed, red while they succeeded. */
  readonly green: number;
  readonly red: number;
  /** What is wrong, in words; or why it was skipped. */
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

/** As Markdown, with what is wrong below it. */
export function table(rows: readonly Row[]): string {
  const lines = [[...COLUMNS], ...rows.map(cells)];
  const widths = COLUMNS.map((_, n) => Math.max(...lines.map((line) => (line[n] ?? "").length)));
  const line = (parts: readonly string[]) =>
    `| ${parts.map((part, n) => (n === 0 ? part.padEnd(widths[n] ?? 0) : part.padStart(widths[n] ?? 0))).join(" | ")} |`;
  const rule = widths.map((width, n) =>
    n === 0 ? "-".repeat(width) : `${"-".repeat(width - 1)}:`,
  );
  const notes = rows.flatMap(({ fault, notes: said }) => said.map((note) => `${fault}: ${note}`));
  const [head = [], ...body] = lines;
  return [line(head), line(rule), ...body.map(line), ...notes].join("\n");
}
