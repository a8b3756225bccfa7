// `npm run bench:library`: uploads of photos with thumbnails, and memory during large uploads; `--help` lists the options.
import { parseArgs } from "node:util";
import { preparePlatform, WITHOUT_BACKUPS } from "../../src/cluster/platform.ts";
import { startResults } from "../../src/report/results.ts";
import { measureLargeUploads } from "./measure-large-uploads.ts";
import { measurePhotos } from "./measure-photos.ts";

const HELP = `npm run bench:library -- [options]
  --photos N      photos of 0.2 to 4 MB (37)
  --uploads N     large uploads at once (8)
  --mib N         size of a large upload in MiB (32)`;

const { values } = parseArgs({
  options: {
    help: { type: "boolean", default: false },
    photos: { type: "string", default: "37" },
    uploads: { type: "string", default: "8" },
    mib: { type: "string", default: "32" },
  },
});
if (values.help) console.log(HELP);
else process.exitCode = (await bench()) ? 0 : 1;

async function bench(): Promise<boolean> {
  const [photos, uploads, mib] = [values.photos, values.uploads, values.mib].map(Number);
  const results = startResults("-library");
  const platform = await preparePlatform(WITHOUT_BACKUPS);
  try {
    await platform.start();
    // Memory first: what the photos have used would hide the growth.
    results.add(await measureLargeUploads(platform, uploads ?? 8, mib ?? 32));
    results.add(await measurePhotos(platform, photos ?? 37));
    const facts = { nats_server: platform.natsVersion(), store: platform.store };
    return results.keep({ photos, uploads, mib }, facts);
  } finally {
    await platform.end("SIGINT");
    await platform.close();
  }
}
