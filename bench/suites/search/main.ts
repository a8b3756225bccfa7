// `npm run bench:search`: searches, the cost of their index, and indexing of older data; `--help` lists the options. A missed
// aim is reported and does not fail; the exit code is 1 when both stores differ or an index is not complete.
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { positiveInteger } from "../../src/options.ts";
import { startResults } from "../../src/report/results.ts";
import { measureCommits } from "./measure-commits.ts";
import { measureIndexing } from "./measure-indexing.ts";
import { compareStores, measureSearch } from "./measure-search.ts";

const HELP = `npm run bench:search -- [options]
  --files N   files of the library that are searched (100000)
  --compared N    files of the comparison with MongoDB (1000)
  --messages N    messages that are there before a commit (100000)`;

const { values } = parseArgs({
  options: {
    help: { type: "boolean", default: false },
    files: { type: "string", default: "100000" },
    compared: { type: "string", default: "1000" },
    messages: { type: "string", default: "100000" },
  },
});
if (values.help) console.log(HELP);
else process.exitCode = (await bench()) ? 0 : 1;

async function bench(): Promise<boolean> {
  const options = {
    files: positiveInteger("files", values.files),
    compared: positiveInteger("compared", values.compared),
    messages: positiveInteger("messages", values.messages),
  };
  const results = startResults("-search");
  const folder = await mkdtemp(join(tmpdir(), "vega-bench-search-"));
  try {
    results.add(await measureSearch(join(folder, "search.db"), options.files));
    results.add(await measureCommits(join(folder, "messages.db"), options.messages));
    results.add(await measureIndexing(join(folder, "messages.db"), options.messages));
    results.add(await compareStores(join(folder, "compared.db"), options.compared));
    return results.keep(options, { store: "sqlite" });
  } finally {
    await rm(folder, { recursive: true });
  }
}
