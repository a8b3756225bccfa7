import type { GenerationInput, JsonObject } from "@vega/contracts";
import { readOutline } from "./outline.ts";
import { LENGTHS, outlinePrompt, OUTLINE_TOKENS, paperPrompt, sectionPrompt } from "./prompts.ts";

/** The text of one completion. Throws ModelError and VegaError. */
export type Complete = (messages: readonly JsonObject[], maxTokens: number) => Promise<string>;

/**
 * Writes a paper: a short one in one completion, others by an outline and a completion for each section.
 * @param onProgress after the outline and each section
 * @returns Markdown. Throws what `complete` throws.
 */
export async function writePaper(
  input: GenerationInput,
  complete: Complete,
  onProgress: (progress: { sections: number; written: number }) => Promise<void>,
): Promise<string> {
  const plan = LENGTHS[input.length];
  const title = `# ${input.title}\n\n`;
  if (plan.sections === null) {
    await onProgress({ sections: 1, written: 0 });
    const text = withoutHeading(
      await complete(paperPrompt(input, plan), plan.maxTokens),
      input.title,
    );
    await onProgress({ sections: 1, written: 1 });
    return `${title}${text}\n`;
  }
  const listed = await complete(outlinePrompt(input, plan.sections), OUTLINE_TOKENS);
  const outline = readOutline(listed, plan.sections, input.language);
  const sections = outline.length;
  await onProgress({ sections, written: 0 });
  let text = "";
  for (const [at, heading] of outline.entries()) {
    const prompt = sectionPrompt(input, plan, outline, at, text);
    const section = withoutHeading(await complete(prompt, plan.maxTokens), heading);
    text += `## ${heading}\n\n${lowered(section)}\n\n`;
    await onProgress({ sections, written: at + 1 });
  }
  return `${title}${text.trimEnd()}\n`;
}

/** Models repeat a heading all the same. */
function withoutHeading(text: string, heading: string): string {
  const [first = "", ...rest] = text.trim().split("\n");
  const plain = first.replaceAll(/[#*_]|^\s*\d+[.)]\s*/gu, "").trim();
  return plain.toLowerCase() === heading.toLowerCase() ? rest.join("\n").trim() : text.trim();
}

/** Headings of a section are below its own, which has level 2. Code is unchanged. */
function lowered(section: string): string {
  let isCode = false;
  const lines = section.split("\n").map((line) => {
    if (/^\s*(?:```|~~~)/u.test(line)) isCode = !isCode;
    return isCode ? line : line.replace(/^#{1,2}(?=\s)/u, "###");
  });
  return lines.join("\n");
}
