import { accountsFile } from "../bus-users/config-file.ts";

/** Files that are made from contracts: path under the root → content. */
export function generated(_root: string): Map<string, string> {
  return new Map([["deploy/nats/accounts.conf", accountsFile()]]);
}
