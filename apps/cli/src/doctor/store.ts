import type { Inspection } from "@vega/state";
import type { Finding } from "./finding.ts";
import { fail, ok } from "./finding.ts";

const REMEDIES = {
  damaged:
    "put an intact copy in its place: docs/how-to/backups.md#when-the-database-is-damaged; or `vega restore`",
  away: "start the database, or fix MONGODB_URL",
  unfit: "follow the message",
} as const;

/** @param place the file, or MongoDB without its password */
export function checkStore(place: string, inspection: Inspection): Finding {
  const check = "store";
  switch (inspection.kind) {
    case "none":
      return ok(check, `${place}: none yet; the first start creates it`);
    case "sound": {
      const { sequence, format } = inspection;
      const formats = `data format ${format.written_by}, readable from data format ${format.min_reader} on`;
      return ok(check, `${place}: sound in a quick check, log at sequence ${sequence}; ${formats}`);
    }
    default:
      return fail(check, `${place}: ${inspection.reason}`, REMEDIES[inspection.kind]);
  }
}
