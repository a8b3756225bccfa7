import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { testApp } from "../testing/app.ts";
import { toMarkdown } from "./table.ts";

const DOCUMENT = new URL("../../../../docs/reference/http-api.md", import.meta.url);

test("docs/reference/http-api.md has every route and who may use it", async () => {
  const { app, close } = await testApp();
  try {
    expect(app.accessTable.length).toBeGreaterThan(40);
    // To bring the document up to date, put what is expected here between its markers.
    const written = /<!-- routes -->\n([^]*?)<!-- \/routes -->/.exec(
      readFileSync(DOCUMENT, "utf8"),
    );
    expect(withoutPadding(written?.[1] ?? "")).toBe(withoutPadding(toMarkdown(app.accessTable)));
  } finally {
    await close();
  }
});

/** A formatter may pad a table's cells. */
const withoutPadding = (table: string) =>
  table
    .trim()
    .replaceAll(/ *\| */g, "|")
    .replaceAll(/\|:?-+/g, "|---");
