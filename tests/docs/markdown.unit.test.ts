import { expect, test } from "vitest";
import { readBlocks } from "./markdown.ts";
import { useOf } from "./runnable.ts";

const PAGE = `<!-- not run: needs Docker -->

\`\`\`sh
docker compose up
\`\`\`

<!-- status: 402 -->

\`\`\`sh
curl localhost:5000
\`\`\`

- In a list:

  \`\`\`json
  { "a": 1 }
  \`\`\`

<!-- not run: of another block -->

Text between.

\`\`\`nginx
listen 80;
\`\`\`
`;

const blocks = readBlocks("page.md", PAGE);

test("blocks have their line, language, text and the mark before them", () => {
  expect(blocks.map(({ at, language, code }) => [at, language, code])).toEqual([
    ["page.md:3", "sh", "docker compose up\n"],
    ["page.md:9", "sh", "curl localhost:5000\n"],
    ["page.md:15", "json", '{ "a": 1 }\n'],
    ["page.md:23", "nginx", "listen 80;\n"],
  ]);
  expect(blocks.map(({ marks }) => [...marks])).toEqual([
    [["not run", "needs Docker"]],
    [["status", "402"]],
    [],
    [],
  ]);
});

test("a block is run, parsed, or says why not; anything else is refused", () => {
  const [marked, command, json, unmarked] = blocks.map((block) => () => useOf(block));
  expect(marked?.()).toEqual({ kind: "not run", reason: "needs Docker" });
  expect(command?.()).toEqual({ kind: "run" });
  expect(json?.()).toEqual({ kind: "data" });
  expect(unmarked).toThrow('page.md:23: a block of language "nginx" is not run');
});
