import type { Block, Inline, LinkTarget, ListItem } from "./blocks.ts";
import { libraryId } from "./links.ts";

/*
 * HTML of a parsed document. It is safe by construction: every text is escaped, and only the elements and attributes
 * below are written.
 */

export interface HtmlDocument {
  readonly title: string;
  readonly language: string;
  readonly blocks: readonly Block[];
  /** Data URLs of images by the id of their library file; others are shown by their description. */
  readonly images: ReadonlyMap<string, string>;
}

const STYLE = `body{max-width:44rem;margin:2rem auto;padding:0 1rem;font:1rem/1.6 system-ui,sans-serif;color:#1c1f26}
h1,h2,h3{line-height:1.25}code,pre{font-family:ui-monospace,monospace;font-size:.9em}
pre{padding:.8rem;overflow:auto;background:#f3f4f6}blockquote{margin-left:0;padding-left:1rem;border-left:3px solid #c9ced6}
table{border-collapse:collapse}th,td{padding:.3rem .6rem;border:1px solid #c9ced6;text-align:left;vertical-align:top}
.c{text-align:center}.r{text-align:right}img{max-width:100%}`;

export function toHtml({ title, language, blocks, images }: HtmlDocument): string {
  const body = blocksToHtml(blocks, images);
  return (
    `<!doctype html>\n<html lang="${escape(language)}">\n<head>\n<meta charset="utf-8">\n` +
    `<meta name="viewport" content="width=device-width">\n<title>${escape(title)}</title>\n` +
    `<style>${STYLE}</style>\n</head>\n<body>\n${body}\n</body>\n</html>\n`
  );
}

type Images = HtmlDocument["images"];

const blocksToHtml = (blocks: readonly Block[], images: Images): string =>
  blocks.map((block) => blockToHtml(block, images)).join("\n");

function blockToHtml(block: Block, images: Images): string {
  const inline = (content: readonly Inline[]) => inlinesToHtml(content, images);
  switch (block.kind) {
    case "heading":
      return `<h${block.level} id="${escape(block.anchor)}">${inline(block.content)}</h${block.level}>`;
    case "paragraph":
      return `<p>${inline(block.content)}</p>`;
    case "code":
      return `<pre><code>${escape(block.text)}</code></pre>`;
    case "quote":
      return `<blockquote>\n${blocksToHtml(block.blocks, images)}\n</blockquote>`;
    case "list": {
      const items = block.items.map((item) => itemToHtml(item, images)).join("\n");
      return block.start === null
        ? `<ul>\n${items}\n</ul>`
        : `<ol start="${block.start}">\n${items}\n</ol>`;
    }
    case "table": {
      const row = (cells: readonly (readonly Inline[])[], tag: "td" | "th") =>
        `<tr>${cells.map((cell, at) => `<${tag}${classOf(block.alignments[at])}>${inline(cell)}</${tag}>`).join("")}</tr>`;
      const rows = block.rows.map((cells) => row(cells, "td")).join("\n");
      return `<table>\n<thead>\n${row(block.header, "th")}\n</thead>\n<tbody>\n${rows}\n</tbody>\n</table>`;
    }
    default:
      return "<hr>";
  }
}

const classOf = (alignment: string | undefined): string =>
  alignment === "center" || alignment === "right" ? ` class="${alignment[0]}"` : "";

function itemToHtml({ checked, blocks }: ListItem, images: Images): string {
  const mark = checked === null ? "" : checked ? "☑ " : "☐ ";
  const [first, ...rest] = blocks;
  // A tight item has its text without a paragraph of its own.
  if (first?.kind === "paragraph") {
    const more = rest.length > 0 ? `\n${blocksToHtml(rest, images)}` : "";
    return `<li>${mark}${inlinesToHtml(first.content, images)}${more}</li>`;
  }
  return `<li>${mark}${blocksToHtml(blocks, images)}</li>`;
}

const TAGS = { strong: "strong", emphasis: "em", deleted: "del" } as const;

const inlinesToHtml = (content: readonly Inline[], images: Images): string =>
  content.map((inline) => inlineToHtml(inline, images)).join("");

function inlineToHtml(inline: Inline, images: Images): string {
  switch (inline.kind) {
    case "text":
      return escape(inline.text);
    case "code":
      return `<code>${escape(inline.text)}</code>`;
    case "break":
      return "<br>";
    case "link":
      return `<a href="${escape(hrefOf(inline.target))}" rel="noopener noreferrer">${inlinesToHtml(inline.content, images)}</a>`;
    case "image": {
      const id = libraryId(inline.source);
      const data = id === undefined ? undefined : images.get(id);
      return data === undefined
        ? `<em>${escape(inline.alt)}</em>`
        : `<img alt="${escape(inline.alt)}" src="${escape(data)}">`;
    }
    default:
      return `<${TAGS[inline.kind]}>${inlinesToHtml(inline.content, images)}</${TAGS[inline.kind]}>`;
  }
}

const hrefOf = (target: LinkTarget): string =>
  "url" in target ? target.url : `#${encodeURIComponent(target.anchor)}`;

const ESCAPES: Readonly<Record<string, string>> = {
  "&": "&amp;",
  "<": "&lt;",
  ">": "&gt;",
  '"': "&quot;",
  "'": "&#39;",
};

const escape = (value: string): string =>
  value.replaceAll(/[&<>"']/gu, (character) => ESCAPES[character] ?? character);
