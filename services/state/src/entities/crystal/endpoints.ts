import { crystal, crystalFromDocuments, toTimeCrystal } from "@vega/contracts";
import type { Endpoint } from "@vega/messaging";
import { endpoint } from "@vega/messaging";
import type { StateContext } from "../../state-context.ts";
import { readCrystalDocuments } from "../../log/working-set.ts";
import { decideImportTimeCrystal, parseTimeCrystal } from "./time-crystal/import.ts";

export function crystalEndpoints({ store, writer, timeScale }: StateContext): Endpoint[] {
  /** Crystal and head of the same moment: read again where a commit came in between. */
  const read = async () => {
    for (;;) {
      const before = await store.head();
      const present = crystalFromDocuments(await readCrystalDocuments(store));
      const after = await store.head();
      if (before && after && before.sequence === after.sequence) return { head: after, present };
    }
  };
  return [
    endpoint(crystal.requests.get, async () => {
      const { head, present } = await read();
      return { sequence: head.sequence, log_id: head.logId, crystal: present };
    }),
    endpoint(crystal.requests.import, async ({ file, dry_run }, { context, deadline }) => {
      const command = decideImportTimeCrystal(parseTimeCrystal(file), {
        dryRun: dry_run,
        timeScale,
      });
      const { result, sequence } = await writer.submit(command, context, deadline);
      return { sequence, report: result };
    }),
    endpoint(crystal.requests.export, async () => {
      const { head, present } = await read();
      const admin = await store.get("credentials", "admin");
      const file = toTimeCrystal(present);
      return {
        sequence: head.sequence,
        file: admin ? { ...file, admin: admin.value } : file,
      };
    }),
  ];
}
