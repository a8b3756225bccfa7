/*
 * Well-known phrases of prompt injection, looked for in memory and in tool results. A text without them is not thereby
 * harmless.
 * Source: OWASP, LLM01 Prompt Injection, https://genai.owasp.org/llmrisk/llm01-prompt-injection/
 *
 * Patterns match lower case text with single blanks, and every repetition is bounded.
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

/** Characters of a text that are searched. */
const MAX_LENGTH = 1_000_000;
/** Invisible characters that split words: soft hyphen, zero-width characters, byte order mark. */
const INVISIBLE = /\u00AD|[\u200B-\u200F\u2060\uFEFF]/gu;

/** Names of the rules that match a text. */
export function findInstructions(text: string): string[] {
  const plain = text
    .slice(0, MAX_LENGTH)
    .normalize("NFKC")
    // NFKC may expand one character to eighteen.
    .slice(0, MAX_LENGTH)
    .replaceAll(INVISIBLE, "")
    .replaceAll(/\s+/g, " ")
    .toLowerCase();
  return RULES.filter(([, pattern]) => pattern.test(plain)).map(([name]) => name);
}
