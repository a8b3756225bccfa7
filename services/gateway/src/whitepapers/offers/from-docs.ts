/*
 * Turns a page of the documentation into a text that stands alone: links within the repository become text, diagrams
 * of a sequence become tables, and comments and pictures of files go.
 */

/** @param lower levels that headings go down */
export function textFromPage(page: string, lower: number): string {
  const text = page.replaceAll(/<!--[^]*?-->\n?/gu, "");
  // Code is between fences: the odd parts.
  const parts = text.split(/^(```[^\n]*\n[^]*?^```$)/mu);
  const shown = parts.map((part, at) => {
    if (at % 2 === 0) return proseFrom(part, lower);
    return part.startsWith("```mermaid") ? sequenceFrom(part) : part;
  });
  return `${shown
    .join("")
    .replaceAll(/\n{3,}/gu, "\n\n")
    .trim()}\n`;
}

const proseFrom = (text: string, lower: number): string =>
  text
    .replaceAll(/^(#{1,6})(?= )/gmu, (marks) => "#".repeat(Math.min(6, marks.length + lower)))
    .replaceAll(/^!\[[^\]\n]*\]\([^)\n]*\)\n?/gmu, "")
    .replaceAll(/\[([^\]\n]+)\]\((?!https?:\/\/)[^)\n]*\)/gu, "$1");

const cell = (text: string): string => text.replaceAll("|", "\\|");

/** `participant C as client` names a party, `C->>G: text` is a message. */
function sequenceFrom(diagram: string): string {
  const lines = diagram.split("\n").map((line) => line.trim());
  if (!lines.includes("sequenceDiagram")) return "";
  const names = new Map<string, string>();
  const steps: string[] = [];
  for (const line of lines) {
    const [, key, name] = /^participant (\w+) as (.+)$/u.exec(line) ?? [];
    if (key && name) names.set(key, name);
    const [, from, to, message] = /^(\w+)-{1,2}>>(\w+): (.+)$/u.exec(line) ?? [];
    if (!from || !to || !message) continue;
    const [sender, receiver] = [names.get(from) ?? from, names.get(to) ?? to];
    const who = sender === receiver ? sender : `${sender} → ${receiver}`;
    steps.push(`| ${steps.length + 1} | ${cell(who)} | ${cell(message)} |`);
  }
  return ["| Step | Between | Message |", "| --: | --- | --- |", ...steps].join("\n");
}
