import type { MarkedToken, Token, Tokens } from "marked";
import { Lexer } from "marked";
import { createAnchors } from "./anchors.ts";
import type { Alignment, Block, Inline } from "./blocks.ts";
import { plainText } from "./blocks.ts";
import { linkTarget } from "./links.ts";

/** Nested blocks and styles; deeper ones are shown as plain text. */
const MAX_DEPTH = 24;

/** Parses GitHub-flavoured Markdown. Raw HTML becomes text. */
export function parseMarkdown(markdown: string): Block[] {
  const anchorOf = createAnchors();

  const blocksOf = (tokens: readonly Token[], depth: number): Block[] =>
    tokens.flatMap((token) => blockOf(token as MarkedToken, depth));

  function blockOf(token: MarkedToken, depth: number): Block[] {
    if (depth > MAX_DEPTH) return [paragraph([text(token.raw)])];
    switch (token.type) {
      case "heading": {
        const content = inlinesOf(token.tokens);
        const anchor = anchorOf(plainText(content));
        return [{ kind: "heading", level: token.depth, anchor, content }];
      }
      case "paragraph":
        return [paragraph(inlinesOf(token.tokens))];
      case "text":
        return [paragraph(token.tokens ? inlinesOf(token.tokens) : [text(unescape(token.text))])];
      case "code":
        return [{ kind: "code", language: token.lang ?? "", text: token.text }];
      case "blockquote":
        return [{ kind: "quote", blocks: blocksOf(token.tokens, depth + 1) }];
      case "list":
        return [listOf(token, depth)];
      case "table":
        return [tableOf(token)];
      case "hr":
        return [{ kind: "rule" }];
      case "html":
        return isComment(token.raw) ? [] : [paragraph([text(token.text.trim())])];
      default:
        return [];
    }
  }

  const listOf = (token: Tokens.List, depth: number): Block => ({
    kind: "list",
    start: token.ordered ? Number(token.start) || 0 : null,
    items: token.items.map(({ task, checked, tokens }) => ({
      checked: task ? checked === true : null,
      // The mark of a task is a token of its own.
      blocks: blocksOf(
        tokens.filter(({ type }) => type !== "checkbox"),
        depth + 1,
      ),
    })),
  });

  return blocksOf(new Lexer({ gfm: true }).lex(markdown), 0);
}

const text = (value: string): Inline => ({ kind: "text", text: value });
const paragraph = (content: readonly Inline[]): Block => ({ kind: "paragraph", content });
const isComment = (html: string): boolean => html.trimStart().startsWith("<!--");

const tableOf = (token: Tokens.Table): Block => ({
  kind: "table",
  alignments: token.align.map((align): Alignment => align ?? "left"),
  header: token.header.map(({ tokens }) => inlinesOf(tokens)),
  rows: token.rows.map((row) => row.map(({ tokens }) => inlinesOf(tokens))),
});

function inlinesOf(tokens: readonly Token[], depth = 0): Inline[] {
  return tokens.flatMap((token) => inlineOf(token as MarkedToken, depth));
}

function inlineOf(token: MarkedToken, depth: number): Inline[] {
  if (depth > MAX_DEPTH) return [text(token.raw)];
  switch (token.type) {
    case "strong":
      return [{ kind: "strong", content: inlinesOf(token.tokens, depth + 1) }];
    case "em":
      return [{ kind: "emphasis", content: inlinesOf(token.tokens, depth + 1) }];
    case "del":
      return [{ kind: "deleted", content: inlinesOf(token.tokens, depth + 1) }];
    case "codespan":
      return [{ kind: "code", text: token.text }];
    case "br":
      return [{ kind: "break" }];
    case "link": {
      const content = inlinesOf(token.tokens, depth + 1);
      const target = linkTarget(token.href);
      return target ? [{ kind: "link", target, content }] : content;
    }
    case "image":
      return [{ kind: "image", source: token.href, alt: token.text }];
    case "html":
      return isComment(token.raw) ? [] : [text(token.raw)];
    case "escape":
    case "text":
      return "tokens" in token && token.tokens
        ? inlinesOf(token.tokens, depth + 1)
        : [text(unescape(token.text))];
    default:
      return [];
  }
}

const ENTITIES: Readonly<Record<string, string>> = {
  amp: "&",
  lt: "<",
  gt: ">",
  quot: '"',
  apos: "'",
  nbsp: "\u00a0",
};

/** Resolves the entities that texts use most; marked leaves them as they are. */
const unescape = (value: string): string =>
  value.replaceAll(/&(?:#(\d{1,7})|#x([\da-f]{1,6})|(\w{2,8}));/giu, (raw, decimal, hex, name) => {
    if (name) return ENTITIES[name.toLowerCase()] ?? raw;
    const code = decimal ? Number(decimal) : Number.parseInt(hex, 16);
    const isCharacter = code > 0 && code <= 0x10ffff && (code < 0xd800 || code > 0xdfff);
    return isCharacter ? String.fromCodePoint(code) : raw;
  });
