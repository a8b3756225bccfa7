// `npm run restore -- file.vega`: puts a backup into an empty data folder, or an empty MongoDB.
import { BackupRefused, CannotVerify, restoreBackup } from "@vega/state";
import { join } from "node:path";
import { fileArgument } from "./client/arguments.ts";
import { runScript } from "./client/running.ts";
import { openDataFolder } from "./supervisor/data-folder.ts";
import { loadEnvironment } from "./supervisor/environment.ts";
import { OperatorError } from "./supervisor/operator-error.ts";
import { readSettings } from "./supervisor/settings.ts";

await runScript(async () => {
  const { path } = fileArgument(process.argv.slice(2), [], "npm run restore -- file.vega");
  const root = join(import.meta.dirname, "..");
  const { dataDir, mongodbUrl } = readSettings(loadEnvironment(root), root);
  // Nobody starts on it meanwhile.
  const folder = openDataFolder(dataDir);
  const manifest = await restoreBackup(
    mongodbUrl ? { kind: "mongo", url: mongodbUrl } : { kind: "sqlite", folder: dataDir },
    path,
  )
    .catch((error: unknown) => {
      if (error instanceof BackupRefused || error instanceof CannotVerify) {
        throw new OperatorError(`${path} was not restored: ${error.message}`, { cause: error });
      }
      throw error;
    })
    .finally(() => folder.release());
  const { entries, documents, sequence, created_at } = manifest;
  const where = mongodbUrl ? "the MongoDB" : dataDir;
  console.log(
    `vega: restored ${entries} entries and ${documents} documents into ${where}, as of ${sequence} (${created_at})`,
  );
});
