/** Result of one measurement: a table for readers and the raw data for the file. */
export interface Section {
  readonly title: string;
  readonly columns: readonly string[];
  readonly rows: readonly (readonly string[])[];
  readonly notes?: readonly string[];
  readonly aims: readonly Aim[];
  /** Errors that make the figures invalid. */
  readonly faults: readonly string[];
  readonly raw: unknown;
}

export interface Aim {
  readonly what: string;
  readonly met: boolean;
}

/** The section as text, numbers to the right. */
export function sectionText({ title, columns, rows, notes = [], aims, faults }: Section): string {
  const widths = columns.map((name, column) =>
    Math.max(name.length, ...rows.map((row) => row[column]?.length ?? 0)),
  );
  const line = (cells: readonly string[]) =>
    cells
      .map((cell, column) => {
        const width = widths[column] ?? 0;
        return column === 0 ? cell.padEnd(width) : cell.padStart(width);
      })
      .join("   ")
      .trimEnd();
  return [
    "",
    title,
    ...[columns, ...rows].map((cells) => `  ${line(cells)}`),
    ...notes.map((note) => `  ${note}`),
    ...aims.map(({ what, met }) => `  aim: ${what}: ${met ? "met" : "missed"}`),
    ...faults.map((fault) => `  INVALID: ${fault}`),
  ].join("\n");
}

const markdownLine = (cells: readonly string[]) => `| ${cells.join(" | ")} |`;

/** The section as a Markdown table with its notes, for a page of the documentation. */
export function sectionMarkdown({ title, columns, rows, notes = [], faults }: Section): string {
  return [
    `**${title}**`,
    "",
    markdownLine(columns),
    markdownLine(columns.map((_, column) => (column === 0 ? "---" : "--:"))),
    ...rows.map((row) => markdownLine(columns.map((_, column) => row[column] ?? ""))),
    "",
    ...notes.map((note) => `- ${note}`),
    ...faults.map((fault) => `- INVALID: ${fault}`),
  ].join("\n");
}
