import { resolve } from "node:path";
import { defineCommand } from "../command.ts";

const UPLOADS_AT_ONCE = 3;

export const libraryAdd = defineCommand({
  name: "library add",
  summary: "Add the files of a folder to the library of the running platform",
  details:
    "Files in folders below are added too; links and names that begin with a dot are not. A file whose bytes are\n" +
    "there already is skipped, so an interrupted command can be repeated.",
  arguments: { folder: "the folder with the files" },
  options: {
    tag: { type: "string", multiple: true, value: "tag", description: "a tag of each file" },
    category: { type: "string", value: "category", description: "the category of each file" },
    visibility: {
      type: "string",
      value: "visibility",
      description: "private (default), shared or public",
    },
    url: { type: "string", value: "address", description: "a platform on another machine" },
    "token-file": {
      type: "string",
      value: "file",
      description: "a file with an API key, whose account owns the files; default the admin token",
    },
  },
  examples: [
    "./vega library add pictures --tag raven --visibility shared",
    "./vega library add pictures --url https://vega.example.org --token-file key.txt",
  ],
  async run({ arguments: { folder }, options }, { root, cwd, print }) {
    const { findRunning } = await import("../running-platform.ts");
    const { filesIn } = await import("../library/local-files.ts");
    const { addFiles, summarize } = await import("../library/add-files.ts");
    const { tag, category, visibility, url, "token-file": token } = options;
    const tokenFile = token === undefined ? undefined : resolve(cwd, token);
    const fields = {
      ...(tag.length > 0 && { tags: tag.join(",") }),
      ...(category !== undefined && { category }),
      ...(visibility !== undefined && { visibility }),
    };
    const additions = filesIn(resolve(cwd, folder)).map((file) => ({ file, fields }));
    const platform = findRunning(root, { url, tokenFile });
    const report = await addFiles(platform, additions, { atOnce: UPLOADS_AT_ONCE, print });
    return summarize(report, print);
  },
});
