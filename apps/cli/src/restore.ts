// `npm run restore -- file.vega`, or `s3://bucket/file.vega`: puts a backup into an empty data folder, or an empty MongoDB.
import { bucketConfig, placeOf, restoreDatabase, restoreFromBucket } from "@vega/state";
import { join } from "node:path";
import { fileArgument } from "./arguments.ts";
import { withBackupErrors } from "./backup-errors.ts";
import { runScript } from "./running-platform.ts";
import { openDataFolder } from "@vega/supervisor/data-folder";
import { loadEnvironment } from "@vega/supervisor/environment";
import { readSettings } from "@vega/supervisor/settings";

await runScript(async () => {
  const { path } = fileArgument(
    process.argv.slice(2),
    [],
    "npm run restore -- file.vega, or s3://bucket/file.vega",
  );
  const root = join(import.meta.dirname, "../../..");
  const env = loadEnvironment(root);
  const { dataDir, mongodbUrl } = readSettings(env, root);
  // Nobody starts on it meanwhile.
  const folder = openDataFolder(dataDir);
  const restore = (file: string) =>
    restoreDatabase(
      mongodbUrl ? { kind: "mongo", url: mongodbUrl } : { kind: "sqlite", folder: dataDir },
      file,
    );
  const manifest = await withBackupErrors(`${path} was not restored: `, () => {
    const place = placeOf(path);
    return place ? restoreFromBucket(bucketConfig(env), place, restore) : restore(path);
  }).finally(() => folder.release());
  const { entries, documents, sequence, created_at } = manifest;
  const where = mongodbUrl ? "the MongoDB" : dataDir;
  console.log(
    `vega: restored ${entries} entries and ${documents} documents into ${where}, as of ${sequence} (${created_at})`,
  );
  console.log(
    "vega: if an account was erased after that, it is in it again and has to be erased anew",
  );
});
