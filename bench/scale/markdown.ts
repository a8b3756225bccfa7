import type { Section } from "../section.ts";

const line = (cells: readonly string[]) => `| ${cells.join(" | ")} |`;

/** A section as it can be put into a page of the documentation: a table with what is to be said about it. */
export function sectionMarkdown({ title, columns, rows, notes = [], faults }: Section): string {
  return [
    `**${title}**`,
    "",
    line(columns),
    line(columns.map((_, column) => (column === 0 ? "---" : "--:"))),
    ...rows.map((row) => line(columns.map((_, column) => row[column] ?? ""))),
    "",
    ...notes.map((note) => `- ${note}`),
    ...faults.map((fault) => `- WRONG: ${fault}`),
  ].join("\n");
}
