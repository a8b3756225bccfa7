import type { ErrorGroup } from "@vega/contracts";
import { errorGroupSchema, errorGroups } from "@vega/contracts";
import type { Endpoint } from "@vega/messaging";
import { endpoint } from "@vega/messaging";
import type { StateContext } from "../../state-context.ts";
import { decideReportErrors } from "./report.ts";

/** Error groups that are kept; beyond that, the one not seen for the longest time is deleted. */
const MAX_GROUPS = 1_000;

/** Errors of all services, grouped. */
export function errorEndpoints({ store, writer }: StateContext): Endpoint[] {
  const newestFirst = async (): Promise<ErrorGroup[]> => {
    const documents = await store.query("errors", {});
    return documents
      .map(({ body }) => errorGroupSchema.parse(body))
      .toSorted((a, b) => (a.last_seen < b.last_seen ? 1 : -1));
  };
  return [
    endpoint(errorGroups.requests.report, async ({ errors }, { context, deadline }) => {
      const kept = await newestFirst();
      const reported = new Set(errors.map(({ fingerprint }) => fingerprint));
      const evicted = kept
        .map(({ fingerprint }) => fingerprint)
        .filter((fingerprint) => !reported.has(fingerprint))
        .slice(MAX_GROUPS - reported.size);
      const { sequence } = await writer.submit(
        decideReportErrors(errors, evicted),
        context,
        deadline,
      );
      return { sequence };
    }),
    endpoint(errorGroups.requests.list, async ({ service, limit }) => {
      const { sequence } = writer.head();
      const groups = await newestFirst();
      const wanted = groups.filter((group) => service === undefined || group.service === service);
      return { sequence, errors: wanted.slice(0, limit) };
    }),
  ];
}
