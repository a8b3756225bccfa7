import { readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { OperatorError } from "@vega/supervisor/operator-error";
import { defineCommand, UsageError } from "../command.ts";
import type { CuratedPicture } from "../library/legacy-list.ts";

/** Where the predecessor has its pictures and its list, in its folder. */
const PICTURES = join("assets", "dalle");
const SERVER = join("backend", "server.js");

export const libraryImport = defineCommand({
  name: "library import",
  summary: "Import the predecessor's pictures into the library of the running platform",
  details:
    "Reads the pictures in assets/dalle and the titles and categories in backend/server.js of the predecessor's\n" +
    "folder. The pictures become public, so that its pages find them under their addresses.",
  options: {
    legacy: { type: "string", value: "folder", description: "the folder of the predecessor" },
    list: {
      type: "string",
      value: "file",
      description: "titles and categories from a saved response of its GET /api/assets instead",
    },
  },
  examples: [
    "./vega library import --legacy ../old-vega",
    "./vega library import --legacy ../old-vega --list assets.json",
  ],
  async run({ options: { legacy, list } }, { root, cwd, print }) {
    if (legacy === undefined) throw new UsageError("missing option: --legacy");
    const { findRunning } = await import("../running-platform.ts");
    const { filesIn } = await import("../library/local-files.ts");
    const { addFiles, summarize } = await import("../library/add-files.ts");
    const folder = resolve(cwd, legacy);
    const curated = await readList(folder, list === undefined ? undefined : resolve(cwd, list));
    const byFile = new Map(
      curated.map((one, index) => [one.file.normalize("NFC"), { ...one, index }]),
    );
    const entryOf = (name: string) => byFile.get(name.normalize("NFC"));
    const files = filesIn(join(folder, PICTURES));
    const missing = curated.filter(
      ({ file }) => !files.some(({ name }) => name.normalize("NFC") === file.normalize("NFC")),
    );
    for (const { file } of missing) print(`vega: ${file} of the list is not in ${PICTURES}`);
    // The list shows the newest first: the first picture of the list is added last.
    const order = (name: string) => -(entryOf(name)?.index ?? curated.length);
    const additions = files
      .toSorted((a, b) => order(a.name) - order(b.name))
      .map((file) => {
        const { title = "", category = "" } = entryOf(file.name) ?? {};
        return { file, fields: { title, category, tags: "dalle", visibility: "public" } };
      });
    const report = await addFiles(findRunning(root), additions, { atOnce: 1, print });
    return summarize(report, print);
  },
});

async function readList(folder: string, saved: string | undefined): Promise<CuratedPicture[]> {
  const { readResponseList, readServerList } = await import("../library/legacy-list.ts");
  const path = saved ?? join(folder, SERVER);
  try {
    const text = readFileSync(path, "utf8");
    return saved === undefined ? readServerList(text) : readResponseList(text);
  } catch (cause) {
    const { message } = cause as Error;
    throw new OperatorError(`can't read the list of pictures in ${path}: ${message}`, { cause });
  }
}
