import { resolve } from "node:path";
import { defineCommand } from "../command.ts";

export const restore = defineCommand({
  name: "restore",
  summary: "Restore a backup into an empty data folder or MongoDB",
  details: "The platform must be stopped. A database that has a log already is not overwritten.",
  arguments: { file: "the backup: a file, or s3://bucket/file" },
  examples: [
    "VEGA_DATA_DIR=restored ./vega restore today.vega",
    "./vega restore s3://backups/today.vega",
  ],
  async run({ arguments: { file } }, { root, cwd, print }) {
    const { bucketConfig, placeOf, restoreDatabase, restoreFromBucket } =
      await import("@vega/state");
    const { openDataFolder } = await import("@vega/supervisor/data-folder");
    const { configuredDatabase } = await import("../database.ts");
    const { withDatabaseErrors } = await import("../database-errors.ts");
    const { env, settings, store } = configuredDatabase(root);
    // Held, so that no platform starts on the folder meanwhile.
    const folder = openDataFolder(settings.dataDir);
    const read = (path: string) => restoreDatabase(store, path);
    const restoring = withDatabaseErrors(() => {
      const place = placeOf(file);
      return place ? restoreFromBucket(bucketConfig(env), place, read) : read(resolve(cwd, file));
    }, `${file} was not restored: `);
    const manifest = await restoring.finally(() => folder.release());
    const { entries, documents, blobs, missing_blobs, sequence, created_at } = manifest;
    const target = settings.mongodbUrl ? "MongoDB" : settings.dataDir;
    print(
      `vega: restored ${entries} entries, ${documents} documents and ${blobs - missing_blobs} stored files into ${target}, as of ${sequence} (${created_at})`,
    );
    if (missing_blobs > 0)
      print(`vega: the backup has no bytes of ${missing_blobs} stored files: ./vega doctor`);
    print("vega: accounts that were erased after the backup exist again; erase them once more");
  },
});
