// `npm run backup -- out.vega`: a proven copy of everything, while VEGA runs or not.
import { BackupRefused, backupDatabase, CannotVerify } from "@vega/state";
import { join, resolve } from "node:path";
import { fileArgument } from "./client/arguments.ts";
import { runScript } from "./client/running.ts";
import { loadEnvironment } from "./supervisor/environment.ts";
import { OperatorError } from "./supervisor/operator-error.ts";
import { readSettings } from "./supervisor/settings.ts";

const TOLD_EVERY_MS = 1_000;

await runScript(async () => {
  const { path } = fileArgument(process.argv.slice(2), [], "npm run backup -- out.vega");
  const root = join(import.meta.dirname, "..");
  const { dataDir, mongodbUrl } = readSettings(loadEnvironment(root), root);
  let toldAt = performance.now();
  const manifest = await backupDatabase(
    mongodbUrl ? { kind: "mongo", url: mongodbUrl } : { kind: "sqlite", folder: dataDir },
    resolve(path),
    new Date().toISOString(),
    ({ at, of }) => {
      if (performance.now() - toldAt < TOLD_EVERY_MS) return;
      toldAt = performance.now();
      console.log(`vega: ${at} of ${of}`);
    },
  ).catch((error: unknown) => {
    if (error instanceof BackupRefused || error instanceof CannotVerify) {
      throw new OperatorError(error.message, { cause: error });
    }
    throw error;
  });
  const { entries, documents, sequence } = manifest;
  console.log(
    `vega: wrote ${path}: ${entries} entries and ${documents} documents, as of ${sequence}`,
  );
  console.log("vega: it was restored into a scratch database, whose log was walked and replayed");
});
