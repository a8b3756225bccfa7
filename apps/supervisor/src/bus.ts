import type { BusUser } from "@vega/contracts";
import { BUS_SERVICES, OBSERVER } from "@vega/contracts";
import { randomBytes, randomUUID } from "node:crypto";
import { existsSync, renameSync, rmSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { busAccounts } from "./bus-users/accounts.ts";
import { busPasswordHash } from "./bus-users/hash.ts";
import { atLeast } from "../../../tools/nats-server/prove.mjs";
import { greeting } from "./server-info.ts";
import { keptSecret, writePrivate } from "./private-file.ts";

const HOST = "127.0.0.1";

/** The nats-server that the platform runs for itself. */
export interface OwnBus {
  readonly configFile: string;
  /** For a user of it, with the password. */
  urlFor(user: BusUser): string;
  /** Without a password, for people. */
  readonly address: string;
  /** Resolves when it takes connections; never, when it does not before the signal. */
  listening(signal: AbortSignal): Promise<void>;
}

export type BusPasswords = Readonly<Record<BusUser, string>>;

/**
 * Services get new passwords at every start, which nobody else learns. An observer's is kept, for what connects from
 * outside has to know it: `observer-password` in the bus's folder, until somebody removes it.
 */
export function busPasswords(folder: string): BusPasswords {
  const services = BUS_SERVICES.map((name) => [name, randomBytes(32).toString("base64url")]);
  const observer = keptSecret(join(folder, "observer-password"));
  return { ...Object.fromEntries(services), [OBSERVER]: observer };
}

/** Writes the configuration of a nats-server into its folder. @param version of the program, as "2.9.10" */
export function configureBus(
  folder: string,
  port: number,
  version: string,
  passwords: BusPasswords,
): OwnBus {
  const configFile = join(folder, "nats.conf");
  // Tells this server from any other that takes the port first.
  const serverName = `vega-${randomUUID()}`;
  const accounts = busAccounts((user) => busPasswordHash(passwords[user]));
  writePrivate(configFile, busConfiguration({ folder, port, version, accounts, serverName }));
  takeOver(folder);
  return {
    configFile,
    urlFor: (user) => `nats://${user}:${passwords[user]}@${HOST}:${port}`,
    address: `${HOST}:${port}`,
    async listening(signal) {
      while (!signal.aborted) {
        const found = await greeting(HOST, port);
        if ("line" in found && found.line.includes(`"server_name":"${serverName}"`)) return;
        await sleep(25);
      }
      await new Promise(() => undefined);
    },
  };
}

/** What a bus of before there were users has stored becomes the services'. */
function takeOver(folder: string): void {
  const [old, now] = ["$G", "VEGA"].map((account) => join(folder, "jetstream", account));
  if (old && now && existsSync(old) && !existsSync(now)) renameSync(old, now);
  rmSync(join(folder, "token"), { force: true });
}

/** The text of nats.conf. */
export function busConfiguration(options: {
  readonly folder: string;
  readonly port: number;
  readonly version: string;
  readonly accounts: string;
  readonly serverName: string;
}): string {
  const { folder, port, version, accounts, serverName } = options;
  const lines = [
    "# Written at every start of VEGA; changes here do not last.",
    `server_name: ${JSON.stringify(serverName)}`,
    `host: "${HOST}"`,
    `port: ${port}`,
    "max_payload: 8MB",
    "jetstream {",
    // The server itself adds a folder "jetstream".
    `  store_dir: ${JSON.stringify(folder)}`,
    // The default is two minutes; versions before 2.10 refuse to start on the option.
    ...(atLeast(version, "2.10.0") ? ['  sync_interval: "10s"'] : []),
    // Streams reserve what they may grow to, 1.25 GB in all. The default is three quarters of what the disk has left at
    // the start: with less than 1.7 GB nothing would ever be relayed.
    "  max_file_store: 2GB",
    "}",
  ];
  return `${lines.join("\n")}\n${accounts}`;
}
