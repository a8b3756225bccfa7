// `npm run generate`: writes the generated files that are kept in git; a test compares them.
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { DATA_FORMAT_FILE, dataFormatRecord } from "./generated/data-format.ts";
import { generated } from "./generated/files.ts";

const root = join(import.meta.dirname, "..");
const { text: record, changed } = dataFormatRecord(root);
for (const [path, text] of [...generated(root), [DATA_FORMAT_FILE, record] as const]) {
  writeFileSync(join(root, path), text);
  console.log(`vega: wrote ${path}`);
}
if (changed.length > 0) {
  console.log(`vega: the stored data changed: ${changed.join(", ")}`);
  console.log("vega: check MIN_READER and the table of data formats: docs/how-to/upgrading.md");
}
