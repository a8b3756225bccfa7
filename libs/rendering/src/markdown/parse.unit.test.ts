import { expect, test } from "vitest";
import { createAnchors } from "./anchors.ts";
import { plainText } from "./blocks.ts";
import { toHtml } from "./html.ts";
import { libraryId, libraryIdsIn, linkTarget } from "./links.ts";
import { parseMarkdown } from "./parse.ts";

const ID = "6b1f6f0a-3c1e-4a5e-9d53-2f4a1f0f9a11";

const html = (markdown: string, images = new Map<string, string>()) =>
  /<body>\n([^]*)\n<\/body>/.exec(
    toHtml({ title: "T", language: "en", blocks: parseMarkdown(markdown), images }),
  )?.[1] ?? "";

test("raw HTML is text, comments are gone", () => {
  expect(html("a <b onclick=x>b</b> <!-- c -->")).toBe("<p>a &lt;b onclick=x&gt;b&lt;/b&gt; </p>");
  expect(html("<script>alert(1)</script>\n\n<!-- gone -->")).toBe(
    "<p>&lt;script&gt;alert(1)&lt;/script&gt;</p>",
  );
});

test.each([
  "[x](javascript:alert(1))",
  "[x](JaVaScRiPt:alert(1))",
  "[x](data:text/html,<script>alert(1)</script>)",
  "[x](vbscript:x)",
  "[x](&#106;avascript:alert(1))",
  "[x](file:///etc/passwd)",
  "[x](//evil.example/x)",
  "![x](https://evil.example/x.png)",
  '![x](x" onerror="alert(1))',
  "![x](data:image/svg+xml,<svg onload=alert(1)>)",
])("%s leads nowhere", (markdown) => {
  expect(html(markdown)).not.toMatch(/<a |<img |<script|href|src=/);
});

test("an attribute cannot be left", () => {
  const shown = html('[x](https://e.example/"onmouseover="alert(1)) ![a"><b>](vega://library/x)');
  expect(shown).not.toMatch(/"onmouseover|<b>/);
  expect(html('# A" onclick="x')).toBe('<h1 id="a-onclickx">A&quot; onclick=&quot;x</h1>');
});

test("links go to addresses and headings", () => {
  expect(linkTarget("https://example.org/a b")).toEqual({ url: "https://example.org/a%20b" });
  expect(linkTarget("mailto:a@example.org")).toEqual({ url: "mailto:a@example.org" });
  expect(linkTarget("#%C3%A6-1")).toEqual({ anchor: "æ-1" });
  expect(linkTarget("#%")).toEqual({ anchor: "%" });
  expect(linkTarget("../x.md")).toBeUndefined();
});

test("images of the library are those of its two addresses", () => {
  expect(libraryId(`vega://library/${ID}`)).toBe(ID);
  expect(libraryId(`/api/library/files/${ID.toUpperCase()}/content`)).toBe(ID);
  expect(libraryId(`https://e.example/api/library/files/${ID}/content`)).toBeUndefined();
  expect(libraryId(`vega://library/${ID}/../x`)).toBeUndefined();
  expect(libraryIdsIn(`![](vega://library/${ID}) ![](vega://library/${ID})`, 5)).toEqual([ID]);
  const image = html(`![a](vega://library/${ID})`, new Map([[ID, "data:image/png;base64,AA=="]]));
  expect(image).toBe('<p><img alt="a" src="data:image/png;base64,AA=="></p>');
});

test("headings have anchors of their own, as GitHub makes them", () => {
  const anchorOf = createAnchors();
  expect(["Two words!", "Two words", "Æ ∞ ß", "…", "two-words-1"].map(anchorOf)).toEqual([
    "two-words",
    "two-words-1",
    "æ--ß",
    "section",
    "two-words-1-1",
  ]);
});

test("entities, escapes and task lists are read", () => {
  const [paragraph, list] = parseMarkdown(
    "&amp; &#198; &#x221e; &copy \\* `&lt;`\n\n- [x] a\n- [ ] b",
  );
  expect(paragraph?.kind === "paragraph" && plainText(paragraph.content)).toBe(
    "& Æ ∞ &copy * &lt;",
  );
  expect(list).toMatchObject({ kind: "list", items: [{ checked: true }, { checked: false }] });
});

test("deep nesting ends as text", () => {
  const blocks = JSON.stringify(parseMarkdown(`${"> ".repeat(200)}deep`));
  expect(blocks.match(/"quote"/g)?.length).toBeLessThan(30);
  expect(blocks).toContain("deep");
});
