// `npm run generate`: writes what is made from contracts and kept in git. Tests compare.
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { generated } from "./generated/files.ts";

const root = join(import.meta.dirname, "..");
for (const [path, text] of generated(root)) {
  writeFileSync(join(root, path), text);
  console.log(`vega: wrote ${path}`);
}
