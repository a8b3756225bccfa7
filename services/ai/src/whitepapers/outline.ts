import type { GenerationInput } from "@vega/contracts";

const MAX_HEADING = 120;

/** Headings where a model gives none, in their order. */
const FALLBACK: Readonly<Record<GenerationInput["language"], readonly string[]>> = {
  en: [
    "Summary",
    "Background",
    "Problem",
    "Requirements",
    "Approach",
    "Architecture",
    "Operation",
    "Security",
    "Limits",
    "Alternatives",
    "Outlook",
  ],
  de: [
    "Zusammenfassung",
    "Hintergrund",
    "Problem",
    "Anforderungen",
    "Ansatz",
    "Architektur",
    "Betrieb",
    "Sicherheit",
    "Grenzen",
    "Alternativen",
    "Ausblick",
  ],
};

/** The headings of a numbered or bulleted list; the fallback where there are fewer than two. */
export function readOutline(
  text: string,
  sections: number,
  language: GenerationInput["language"],
): string[] {
  const headings = text.split("\n").flatMap((line) => {
    const [, heading] = /^\s*(?:\d{1,2}[.)]|[-*•]|#{1,4})\s+(.+)$/u.exec(line) ?? [];
    const plain = heading
      ?.replaceAll(/[*`#]|\b_|_\b/gu, "")
      .trim()
      .slice(0, MAX_HEADING)
      .toWellFormed();
    return plain ? [plain] : [];
  });
  const unique = [...new Set(headings)].slice(0, sections);
  return unique.length >= 2 ? unique : FALLBACK[language].slice(0, sections);
}
