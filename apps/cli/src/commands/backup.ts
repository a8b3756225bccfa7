import { resolve } from "node:path";
import { defineCommand } from "../command.ts";

const PROGRESS_INTERVAL_MS = 1_000;

export const backup = defineCommand({
  name: "backup",
  summary: "Write and verify a backup of everything",
  details:
    "Works while the platform runs and while it is stopped. The backup is verified by a restore into a\n" +
    "scratch database before the file gets its name.",
  arguments: { file: "the file to write, or s3://bucket/file" },
  examples: ["./vega backup today.vega", "./vega backup s3://backups/today.vega"],
  async run({ arguments: { file } }, { root, cwd, print }) {
    const { backupDatabase, backupToBucket, bucketConfig, placeOf } = await import("@vega/state");
    const { configuredDatabase } = await import("../database.ts");
    const { withDatabaseErrors } = await import("../database-errors.ts");
    const { env, store } = configuredDatabase(root);
    let shownAt = performance.now();
    const write = (path: string) =>
      backupDatabase(store, path, new Date().toISOString(), ({ at, of }) => {
        if (performance.now() - shownAt < PROGRESS_INTERVAL_MS) return;
        shownAt = performance.now();
        print(`vega: backup in progress: entry ${at} of ${of}`);
      });
    const { entries, documents, blobs, missing_blobs, sequence } = await withDatabaseErrors(() => {
      const place = placeOf(file);
      return place ? backupToBucket(bucketConfig(env), place, write) : write(resolve(cwd, file));
    });
    print(
      `vega: wrote ${file}: ${entries} entries, ${documents} documents and ${blobs - missing_blobs} stored files, as of ${sequence}`,
    );
    if (missing_blobs > 0)
      print(`vega: ${missing_blobs} stored files are missing or damaged: ./vega doctor --deep`);
    print("vega: verified: restored into a scratch database, hash chain verified, log replayed");
  },
});
