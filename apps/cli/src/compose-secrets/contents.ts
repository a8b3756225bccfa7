import type { BusUser } from "@vega/contracts";
import { BUS_USERS } from "@vega/contracts";
import { randomBytes } from "node:crypto";
import { busPasswordHash } from "@vega/supervisor/bus-users/hash";
import { passwordVariable } from "@vega/supervisor/bus-users/config-file";

/** What is random in the secrets of docker-compose.yml. */
export interface Drawn {
  /** Base64; MongoDB takes 6 to 1,024 characters of it. */
  readonly mongoKey: string;
  readonly mongoRoot: string;
  readonly mongoVega: string;
  readonly bus: Readonly<Record<BusUser, string>>;
  /** Servers of a bus of several know each other by it. */
  readonly busRoute: string;
  readonly vegaSecret: string;
  readonly adminToken: string;
  readonly adminPassword: string;
  readonly internalToken: string;
}

/** 256 bits, with letters that need no escape in a URL or in nats.conf. */
const word = () => randomBytes(32).toString("base64url");

export function drawSecrets(): Drawn {
  return {
    mongoKey: randomBytes(756).toString("base64"),
    mongoRoot: word(),
    mongoVega: word(),
    bus: Object.fromEntries(BUS_USERS.map((user) => [user, word()])) as Drawn["bus"],
    busRoute: word(),
    vegaSecret: word(),
    adminToken: word(),
    adminPassword: word(),
    internalToken: word(),
  };
}

/** Whether a file is about the bus: nothing that is kept depends on those, so they may be made anew, all together. */
export const isOfBus = (name: string) => /^nats_(auth|url_\w+)$/.test(name);

/** Whether a file is new in this version and nothing else holds a part of it. */
export const standsAlone = (name: string) => name === "nats_route";

/** Hashes for the server; for each user the URL with its password. */
function busSecrets(passwords: Drawn["bus"]): Record<string, string> {
  const hashes = BUS_USERS.map(
    (user) => `${passwordVariable(user)}: ${busPasswordHash(passwords[user])}`,
  );
  const urls = BUS_USERS.map((user) => [
    `nats_url_${user}`,
    `nats://${user}:${passwords[user]}@nats:4222`,
  ]);
  return { nats_auth: hashes.join("\n"), ...Object.fromEntries(urls) };
}

/** The files, name → content. What two sides of a connection have to know is in both of theirs. */
export function composeSecrets(drawn: Drawn): Record<string, string> {
  const lines = {
    mongo_key: drawn.mongoKey,
    mongo_root_password: drawn.mongoRoot,
    mongo_vega_password: drawn.mongoVega,
    mongodb_url: `mongodb://vega:${drawn.mongoVega}@mongo:27017/vega?replicaSet=vega`,
    vega_secret: drawn.vegaSecret,
    vega_admin_token: drawn.adminToken,
    vega_admin_password: drawn.adminPassword,
    internal_token: drawn.internalToken,
    // Empty: no mail is sent until you put an SMTP URL there.
    smtp_url: "",
    nats_route: drawn.busRoute,
    ...busSecrets(drawn.bus),
  };
  return Object.fromEntries(Object.entries(lines).map(([name, text]) => [name, `${text}\n`]));
}
