import { randomUUID } from "node:crypto";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { atLeast } from "../nats-server/prove.mjs";
import { greeting } from "./greeting.ts";
import { keptSecret, writePrivate } from "./private-file.ts";

const HOST = "127.0.0.1";

/** The nats-server that the platform runs for itself. */
export interface OwnBus {
  readonly configFile: string;
  /** For clients, with the token. */
  readonly url: string;
  /** Without the token, for people. */
  readonly address: string;
  /** Resolves when it takes connections; never, when it does not before the signal. */
  listening(signal: AbortSignal): Promise<void>;
}

/** Writes the configuration of a nats-server into its folder. @param version of the program, as "2.9.10" */
export function configureBus(folder: string, port: number, version: string): OwnBus {
  const token = keptSecret(join(folder, "token"));
  const configFile = join(folder, "nats.conf");
  // Tells this server from any other that takes the port first.
  const serverName = `vega-${randomUUID()}`;
  writePrivate(configFile, busConfiguration({ folder, port, version, token, serverName }));
  return {
    configFile,
    url: `nats://${token}@${HOST}:${port}`,
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

/** The text of nats.conf. */
export function busConfiguration(options: {
  readonly folder: string;
  readonly port: number;
  readonly version: string;
  readonly token: string;
  readonly serverName: string;
}): string {
  const { folder, port, version, token, serverName } = options;
  const lines = [
    "# Written at every start of VEGA; changes here do not last.",
    `server_name: ${JSON.stringify(serverName)}`,
    `host: "${HOST}"`,
    `port: ${port}`,
    `authorization { token: ${JSON.stringify(token)} }`,
    "max_payload: 8MB",
    "jetstream {",
    // The server itself adds a folder "jetstream".
    `  store_dir: ${JSON.stringify(folder)}`,
    // The default is two minutes; versions before 2.10 refuse to start on the option.
    ...(atLeast(version, "2.10.0") ? ['  sync_interval: "10s"'] : []),
    "}",
  ];
  return `${lines.join("\n")}\n`;
}
