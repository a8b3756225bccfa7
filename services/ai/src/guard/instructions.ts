/*
 * Phrases by which a text that should only inform tries to command: in memory and in what tools bring. Well-known ones
 * only; a text that passes is not thereby harmless.
 * Source: OWASP, LLM01 Prompt Injection, https://genai.owasp.org/llmrisk/llm01-prompt-injection/
 *
 * Patterns work on lower case with single blanks, and repeat nothing without a bound.
 */

const FILLER = "(?: (?:of|the|my|its|these|those|and|or))";
const STRONG =
  "(?: (?:all|any|every|your|previous|prior|preceding|earlier|above|former|original|system|safety))";
const RULE =
  "(?:instructions?|prompts?|rules?|directives?|directions?|guidelines?|guardrails?|restrictions?)";

const RULES: readonly (readonly [name: string, pattern: RegExp])[] = [
  [
    "instruction-override",
    new RegExp(
      `\\b(?:ignore|disregard|forget|override|bypass)${FILLER}{0,3}${STRONG}(?:${FILLER}|${STRONG}){0,4} ${RULE}\\b`,
    ),
  ],
  [
    "role-change",
    /\byou are now (?:dan\b|in developer mode|jailbroken|(?:an? )?(?:unrestricted|unfiltered|uncensored))|\bdo anything now\b|\b(?:pretend|act as if) (?:that )?you have no (?:rules|restrictions|guidelines|limits)/,
  ],
  [
    "prompt-extraction",
    /\b(?:reveal|print|repeat|output|show|send|leak)(?: (?:me|us|them|back|out|all|of)){0,3} (?:your|the)(?: (?:full|entire|whole|exact|hidden|initial|original|secret)){0,2} (?:system (?:prompt|message|instructions)|(?:hidden|initial|secret) (?:prompt|instructions))/,
  ],
  [
    "chat-markup",
    /<\|(?:im_start|im_end|system|assistant|user|endoftext|eot_id|start_header_id)\|>|\[\/?inst\]|<<\/?sys>>/,
  ],
];

/** Characters of a text that are looked at. */
const LOOKED_AT = 1_000_000;
/** Characters that show nothing and break up words: soft hyphen, zero-width ones, byte order mark. */
const INVISIBLE = /\u00AD|[\u200B-\u200F\u2060\uFEFF]/gu;

/** Names of the rules that find a command in a text. */
export function findInstructions(text: string): string[] {
  const plain = text
    .slice(0, LOOKED_AT)
    .normalize("NFKC")
    // One character may have become eighteen.
    .slice(0, LOOKED_AT)
    .replaceAll(INVISIBLE, "")
    .replaceAll(/\s+/g, " ")
    .toLowerCase();
  return RULES.filter(([, pattern]) => pattern.test(plain)).map(([name]) => name);
}
