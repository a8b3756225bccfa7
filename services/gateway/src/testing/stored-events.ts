import type { CloudEvent } from "@vega/contracts";
import { readdirSync, readFileSync } from "node:fs";

const FOLDER = new URL("../../../../libs/contracts/src/compat/v1/", import.meta.url);

/** The payloads that the compatibility tests of the contracts keep: at least one of each event type. */
export const storedEvents = (): readonly { readonly name: string; readonly event: CloudEvent }[] =>
  readdirSync(FOLDER)
    .toSorted()
    .map((name) => ({
      name,
      event: JSON.parse(readFileSync(new URL(name, FOLDER), "utf8")).event as CloudEvent,
    }));
