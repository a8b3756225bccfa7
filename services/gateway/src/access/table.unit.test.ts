import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { testApp } from "../testing/app.ts";
import { toMarkdown } from "./table.ts";

const DOCUMENT = new URL("../../../../docs/reference/http-api.md", import.meta.url);

test("docs/reference/http-api.md has every route with its access", async () => {
  const { app, close } = await testApp();
  try {
    expect(app.accessTable.length).toBeGreaterThan(40);
    // To update the document, put the received table between its markers.
    const written = /<!-- routes -->\n([^]*?)<!-- \/routes -->/.exec(
      readFileSync(DOCUMENT, "utf8"),
    );
    expect(withoutPadding(written?.[1] ?? "")).toBe(withoutPadding(toMarkdown(app.accessTable)));
  } finally {
    await close();
  }
});

/** The formatter pads the cells of the table. */
const withoutPadding = (table: string) =>
  table
    .trim()
    .replaceAll(/ *\| */g, "|")
    .replaceAll(/\|:?-+/g, "|---");
