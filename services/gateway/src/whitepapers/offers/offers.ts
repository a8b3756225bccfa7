import { readFile } from "node:fs/promises";
import { textFromPage } from "./from-docs.ts";

/** A whitepaper that the platform brings along, made of its documentation. */
export interface OfferedPaper {
  /** Never changes: an offer that was removed stays removed. It is the slug as well. */
  readonly name: string;
  readonly title: string;
  /** Pages below docs/, in their order. */
  readonly pages: readonly string[];
}

export const OFFERED_PAPERS: readonly OfferedPaper[] = [
  {
    name: "architecture",
    title: "VEGA: architecture",
    pages: ["explanation/architecture.md", "explanation/loop.md", "explanation/scaling.md"],
  },
  {
    name: "durability",
    title: "VEGA: durability and crash tests",
    pages: ["explanation/durability.md", "explanation/chaos.md"],
  },
  { name: "security", title: "VEGA: security", pages: ["explanation/security.md"] },
  {
    name: "models",
    title: "VEGA: models",
    pages: ["reference/models.md", "explanation/modules.md"],
  },
];

const DOCS = new URL("../../../../../docs/", import.meta.url);

/** The Markdown of an offered paper. The headings of its pages are of level 2. Throws where a page is missing. */
export async function composePaper({ title, pages }: OfferedPaper, docs = DOCS): Promise<string> {
  const texts = await Promise.all(
    pages.map(async (page) => textFromPage(await readFile(new URL(page, docs), "utf8"), 1)),
  );
  return `# ${title}\n\n${texts.join("\n")}`;
}
