import { describe, expect, test } from "vitest";
import { readResponseList, readServerList } from "./legacy-list.ts";

describe("the list in the predecessor's server", () => {
  test("has file, title and category of each object, in either quotes and any order", () => {
    const source = `
      const curated = [
        { file: 'golden_æ_logo.png', title: 'Æ Emblem', category: 'Logo & Identity' },
        { category: "Audio", title: "It's sound", file: "sound.png" }
      ];
      res.json([{ id: 1, title: 'A paper', file: 'paper.pdf' }]);`;
    expect(readServerList(source)).toEqual([
      { file: "golden_æ_logo.png", title: "Æ Emblem", category: "Logo & Identity" },
      { file: "sound.png", title: "It's sound", category: "Audio" },
    ]);
  });

  test("is empty for a text without a list", () => {
    expect(readServerList("app.get('/', () => {});")).toEqual([]);
  });
});

describe("a saved response", () => {
  test("has the file names of its paths, encoded or not", () => {
    const curated = [
      { path: "/assets/dalle/a%C3%A6.png", title: "A", category: "B" },
      { path: "/assets/dalle/æ.png", title: "C", category: "D" },
    ];
    expect(readResponseList(JSON.stringify({ dalle_generated: [], curated }))).toEqual([
      { file: "aæ.png", title: "A", category: "B" },
      { file: "æ.png", title: "C", category: "D" },
    ]);
  });

  test("of another shape is refused", () => {
    expect(() => readResponseList("[]")).toThrow("no list `curated`");
    expect(() => readResponseList('{"curated": [{"path": "/a"}]}')).toThrow("entry 0");
    expect(() => readResponseList("<html>")).toThrow();
  });
});
