import { readFileSync } from "node:fs";
import { join } from "node:path";
import { accountsFile } from "@vega/supervisor/bus-users/config-file";
import { asyncApi } from "./asyncapi.ts";
import { withEventTable } from "./event-table.ts";

/** Files that are made from contracts: path under the root → content. */
export function generated(root: string): Map<string, string> {
  const read = (path: string) => readFileSync(join(root, path), "utf8");
  const { version } = JSON.parse(read("package.json")) as { version: string };
  return new Map([
    ["deploy/nats/accounts.conf", accountsFile()],
    ["docs/reference/asyncapi.json", `${JSON.stringify(asyncApi(version), null, 2)}\n`],
    ["docs/reference/events.md", withEventTable(read("docs/reference/events.md"))],
  ]);
}
