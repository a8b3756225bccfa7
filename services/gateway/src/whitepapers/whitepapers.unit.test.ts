import { VegaError } from "@vega/contracts";
import { expect, test } from "vitest";
import { sequencesToMatch } from "../routes/if-match.ts";
import { createByteCache } from "./byte-cache.ts";
import { textFromPage } from "./offers/from-docs.ts";
import { composePaper, OFFERED_PAPERS } from "./offers/offers.ts";
import { toWordDiff } from "./word-diff.ts";

test("results are made once, and the least recently used are dropped", async () => {
  const cache = createByteCache<{ bytes: Uint8Array }>(10);
  const made: string[] = [];
  const get = (key: string, size = 4) =>
    cache.get(key, async () => {
      made.push(key);
      return { bytes: new Uint8Array(size) };
    });
  await Promise.all([get("a"), get("a"), get("b")]);
  await get("a");
  await get("c");
  expect(made).toEqual(["a", "b", "c"]);
  await get("a");
  await get("b");
  expect(made).toEqual(["a", "b", "c", "b"]);
  await get("large", 11);
  await get("large", 11);
  await get("b");
  expect(made).toEqual(["a", "b", "c", "b", "large", "large"]);
});

test("a failure is not kept", async () => {
  const cache = createByteCache<{ bytes: Uint8Array }>(10);
  await expect(cache.get("a", () => Promise.reject(new Error("no")))).rejects.toThrow("no");
  expect(await cache.get("a", async () => ({ bytes: new Uint8Array(1) }))).toBeTruthy();
});

test.each([
  ['"42"', [42]],
  [' "42" ', [42]],
  ['"1", "2"', [1, 2]],
  ['W/"42", "x", "0", "1e3"', []],
  ["*", null],
])("If-Match: %s", (header, expected) => {
  expect(sequencesToMatch({ headers: { "if-match": header } })).toEqual(expected);
});

test.each([
  [undefined, "precondition_required"],
  ["", "invalid"],
  ["42", "invalid"],
])("If-Match: %s is refused", (header, code) => {
  let error: unknown;
  try {
    sequencesToMatch({ headers: { "if-match": header } });
  } catch (thrown) {
    error = thrown;
  }
  expect(error).toBeInstanceOf(VegaError);
  expect(error).toMatchObject({ code });
});

test("a comparison as text", () => {
  const parts = [
    { change: "same", text: "a " },
    { change: "removed", text: "b" },
    { change: "added", text: "c\nd\n" },
  ] as const;
  expect(toWordDiff(parts, "words")).toBe("a [-b-]{+c\nd\n+}");
  expect(toWordDiff(parts, "lines")).toBe(" a \n-b\n+c\n+d\n");
});

test("a page becomes a text that stands alone", () => {
  const page = `# Page

![A picture](../images/a.svg)

<!-- not run -->

See [the log](log.md#time) and [RFC](https://www.rfc-editor.org/rfc/rfc9457).

\`\`\`mermaid
sequenceDiagram
    participant C as client
    participant G as gateway
    C->>G: POST /x
    G->>G: check
    G-->>C: 200
\`\`\`

\`\`\`md
# not a heading [kept](x.md)
\`\`\`
`;
  expect(textFromPage(page, 1)).toBe(`## Page

See the log and [RFC](https://www.rfc-editor.org/rfc/rfc9457).

| Step | Between | Message |
| --: | --- | --- |
| 1 | client → gateway | POST /x |
| 2 | gateway | check |
| 3 | gateway → client | 200 |

\`\`\`md
# not a heading [kept](x.md)
\`\`\`
`);
});

test("the offered papers are made of pages that exist, and point at no file", async () => {
  const names = OFFERED_PAPERS.map(({ name }) => name);
  expect(names).toEqual(["architecture", "durability", "security", "models"]);
  for (const paper of OFFERED_PAPERS) {
    const text = await composePaper(paper);
    expect(text.startsWith(`# ${paper.title}\n\n## `)).toBe(true);
    expect(text.length).toBeGreaterThan(5_000);
    expect(text).not.toMatch(/\]\((?!https?:)|```mermaid|<!--/);
  }
});
