// `npm run backup -- out.vega`, or `s3://bucket/out.vega`: a proven copy of everything, while VEGA runs or not.
import { backupDatabase, backupToBucket, bucketConfig, placeOf } from "@vega/state";
import { join, resolve } from "node:path";
import { fileArgument } from "./arguments.ts";
import { withBackupErrors } from "./backup-errors.ts";
import { runScript } from "./running-platform.ts";
import { loadEnvironment } from "@vega/supervisor/environment";
import { readSettings } from "@vega/supervisor/settings";

const TOLD_EVERY_MS = 1_000;

await runScript(async () => {
  const { path } = fileArgument(
    process.argv.slice(2),
    [],
    "npm run backup -- out.vega, or s3://bucket/out.vega",
  );
  const root = join(import.meta.dirname, "../../..");
  const env = loadEnvironment(root);
  const { dataDir, mongodbUrl } = readSettings(env, root);
  let toldAt = performance.now();
  const make = (file: string) =>
    backupDatabase(
      mongodbUrl ? { kind: "mongo", url: mongodbUrl } : { kind: "sqlite", folder: dataDir },
      file,
      new Date().toISOString(),
      ({ at, of }) => {
        if (performance.now() - toldAt < TOLD_EVERY_MS) return;
        toldAt = performance.now();
        console.log(`vega: ${at} of ${of}`);
      },
    );
  const manifest = await withBackupErrors("", () => {
    const place = placeOf(path);
    return place ? backupToBucket(bucketConfig(env), place, make) : make(resolve(path));
  });
  const { entries, documents, sequence } = manifest;
  console.log(
    `vega: wrote ${path}: ${entries} entries and ${documents} documents, as of ${sequence}`,
  );
  console.log("vega: it was restored into a scratch database, whose log was walked and replayed");
});
