import type { BusUser } from "@vega/contracts";
import { BUS_SERVICES, OBSERVER } from "@vega/contracts";
import { randomBytes, randomUUID } from "node:crypto";
import { existsSync, renameSync, rmSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { busAccounts } from "./bus-users/accounts.ts";
import { busPasswordHash } from "./bus-users/hash.ts";
import { atLeast } from "../../../tools/nats-server/prove.mjs";
import { readServerInfo } from "./server-info.ts";
import { readOrCreateSecret, writePrivate } from "./private-file.ts";

const HOST = "127.0.0.1";

/** The nats-server that the platform runs. */
export interface EmbeddedBus {
  readonly configFile: string;
  /** URL with the name and password of a user. */
  urlFor(user: BusUser): string;
  /** `host:port` for messages. */
  readonly address: string;
  /** Resolves when it accepts connections; stays pending after the signal. */
  listening(signal: AbortSignal): Promise<void>;
}

export type BusPasswords = Readonly<Record<BusUser, string>>;

/**
 * Services get new passwords at each start. The observer's is kept in the file `observer-password` of the bus's folder,
 * because external clients use it; deleting the file changes the password.
 */
export function busPasswords(folder: string): BusPasswords {
  const services = BUS_SERVICES.map((name) => [name, randomBytes(32).toString("base64url")]);
  const observer = readOrCreateSecret(join(folder, "observer-password"));
  return { ...Object.fromEntries(services), [OBSERVER]: observer };
}

/** Writes the configuration of a nats-server into its folder. @param version of the program, such as "2.9.10" */
export function configureBus(
  folder: string,
  port: number,
  version: string,
  passwords: BusPasswords,
): EmbeddedBus {
  const configFile = join(folder, "nats.conf");
  // Distinguishes this server from another one that took the port first.
  const serverName = `vega-${randomUUID()}`;
  const accounts = busAccounts((user) => busPasswordHash(passwords[user]));
  writePrivate(configFile, busConfiguration({ folder, port, version, accounts, serverName }));
  migrateStreams(folder);
  return {
    configFile,
    urlFor: (user) => `nats://${user}:${passwords[user]}@${HOST}:${port}`,
    address: `${HOST}:${port}`,
    async listening(signal) {
      while (!signal.aborted) {
        const info = await readServerInfo(HOST, port);
        if ("line" in info && info.line.includes(`"server_name":"${serverName}"`)) return;
        await sleep(25);
      }
      await new Promise(() => undefined);
    },
  };
}

/** Moves streams that a bus without users has stored to the account of the services. */
function migrateStreams(folder: string): void {
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
    "# Written at every start of VEGA; changes are overwritten.",
    `server_name: ${JSON.stringify(serverName)}`,
    `host: "${HOST}"`,
    `port: ${port}`,
    "max_payload: 8MB",
    "jetstream {",
    // The server adds a folder "jetstream" to this path.
    `  store_dir: ${JSON.stringify(folder)}`,
    // The default is two minutes; versions before 2.10 refuse to start on the option.
    ...(atLeast(version, "2.10.0") ? ['  sync_interval: "10s"'] : []),
    // Streams reserve their maximum size, 1.25 GB in all. The default limit is three quarters of the free disk space at
    // the start: with less than 1.7 GB free the streams could not be created.
    "  max_file_store: 2GB",
    "}",
  ];
  return `${lines.join("\n")}\n${accounts}`;
}
