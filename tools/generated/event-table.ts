import { LOG_EVENTS } from "@vega/contracts";
import { z } from "zod";

const MARKED = /(<!-- events -->\n)[^]*?(<!-- \/events -->)/;

/** A text with the table of all events between its marks. */
export function withEventTable(text: string): string {
  if (!MARKED.test(text))
    throw new Error("there are no marks <!-- events --> and <!-- /events -->");
  return text.replace(MARKED, (_all, from: string, to: string) => `${from}\n${table()}\n${to}`);
}

const line = (cells: readonly string[]) => `| ${cells.join(" | ")} |`;

function table(): string {
  const rows = LOG_EVENTS.map(({ subject, summary, data }) => {
    const members = Object.keys(z.toJSONSchema(data, { unrepresentable: "any" }).properties ?? {});
    return [`\`${subject}\``, summary, members.map((one) => `\`${one}\``).join(", ")];
  });
  const all = [["Subject", "What happened", "`data`"], ...rows];
  const widths = [0, 1, 2].map((column) => Math.max(...all.map((row) => row[column]?.length ?? 0)));
  const [head = "", ...body] = all.map((row) =>
    line(row.map((cell, column) => cell.padEnd(widths[column] ?? 0))),
  );
  return [head, line(widths.map((width) => "-".repeat(width))), ...body].join("\n") + "\n";
}
