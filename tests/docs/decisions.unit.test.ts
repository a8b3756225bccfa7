import { globSync, readFileSync } from "node:fs";
import { basename, join } from "node:path";
import { expect, test } from "vitest";

const FOLDER = join(import.meta.dirname, "../../docs/decisions");

test("docs/decisions/README.md lists each decision with date, title and status", () => {
  const files = globSync("2*.md", { cwd: FOLDER }).toSorted();
  const expected = files.map((file, index) => {
    const text = readFileSync(join(FOLDER, file), "utf8");
    const [, title, status] = /^# (.+)\n\nStatus: (accepted|superseded by \S+)/.exec(text) ?? [];
    return [String(index + 1), file.slice(0, 10), `[${title}](${basename(file)})`, status];
  });
  const index = readFileSync(join(FOLDER, "README.md"), "utf8");
  const rows = Array.from(index.matchAll(/^\| *\d+ .*$/gm), ([row]) =>
    row
      .split("|")
      .slice(1, -1)
      .map((cell) => cell.trim()),
  );
  expect(rows).toEqual(expected);
});
