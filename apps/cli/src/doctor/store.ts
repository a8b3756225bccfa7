import type { Inspection } from "@vega/state";
import type { Finding } from "./finding.ts";
import { fail, ok } from "./finding.ts";

const MEND = {
  damaged:
    "put a sound copy in its place: docs/how-to/backups.md#when-the-database-is-damaged; or npm run restore",
  away: "start the database, or mend MONGODB_URL",
  unfit: "do what it says",
} as const;

/** @param where for people: a file, or MongoDB without its password */
export function checkStore(where: string, inspection: Inspection): Finding {
  const what = "store";
  switch (inspection.kind) {
    case "none":
      return ok(what, `${where}: none yet, the start makes it`);
    case "sound": {
      const { sequence, format } = inspection;
      const marks = `data format ${format.written_by}, readable from data format ${format.min_reader} on`;
      return ok(what, `${where}: sound at a quick look, the log is at ${sequence}; ${marks}`);
    }
    default:
      return fail(what, `${where}: ${inspection.reason}`, MEND[inspection.kind]);
  }
}
