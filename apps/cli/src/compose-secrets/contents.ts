import type { BusUser } from "@vega/contracts";
import { BUS_USERS } from "@vega/contracts";
import { randomBytes } from "node:crypto";
import { busPasswordHash } from "@vega/supervisor/bus-users/hash";
import { passwordVariable } from "@vega/supervisor/bus-users/config-file";

/** The random values of the secrets of docker-compose.yml. */
export interface RandomSecrets {
  /** Base64; MongoDB takes 6 to 1,024 characters of it. */
  readonly mongoKey: string;
  readonly mongoRoot: string;
  readonly mongoVega: string;
  readonly bus: Readonly<Record<BusUser, string>>;
  /** Authenticates the servers of a bus cluster to each other. */
  readonly busRoute: string;
  readonly vegaSecret: string;
  readonly adminToken: string;
  readonly adminPassword: string;
  readonly internalToken: string;
}

/** 256 bits in characters that need no escape in a URL or in nats.conf. */
const randomWord = () => randomBytes(32).toString("base64url");

export function createRandomSecrets(): RandomSecrets {
  return {
    mongoKey: randomBytes(756).toString("base64"),
    mongoRoot: randomWord(),
    mongoVega: randomWord(),
    bus: Object.fromEntries(BUS_USERS.map((user) => [user, randomWord()])) as RandomSecrets["bus"],
    busRoute: randomWord(),
    vegaSecret: randomWord(),
    adminToken: randomWord(),
    adminPassword: randomWord(),
    internalToken: randomWord(),
  };
}

/** Whether a file is a secret of the bus: no stored data depends on these, so all can be replaced together. */
export const isOfBus = (name: string) => /^nats_(auth|url_\w+)$/.test(name);

/** Whether a file shares no value with another one, so that it can be created later. */
export const standsAlone = (name: string) => name === "nats_route";

/** Hashes for the server; for each user the URL with its password. */
function busSecrets(passwords: RandomSecrets["bus"]): Record<string, string> {
  const hashes = BUS_USERS.map(
    (user) => `${passwordVariable(user)}: ${busPasswordHash(passwords[user])}`,
  );
  const urls = BUS_USERS.map((user) => [
    `nats_url_${user}`,
    `nats://${user}:${passwords[user]}@nats:4222`,
  ]);
  return { nats_auth: hashes.join("\n"), ...Object.fromEntries(urls) };
}

/** The files, name → content. Both sides of a connection get the same password. */
export function composeSecrets(random: RandomSecrets): Record<string, string> {
  const lines = {
    mongo_key: random.mongoKey,
    mongo_root_password: random.mongoRoot,
    mongo_vega_password: random.mongoVega,
    mongodb_url: `mongodb://vega:${random.mongoVega}@mongo:27017/vega?replicaSet=vega`,
    vega_secret: random.vegaSecret,
    vega_admin_token: random.adminToken,
    vega_admin_password: random.adminPassword,
    internal_token: random.internalToken,
    // Empty: no mail is sent until the file has an SMTP URL.
    smtp_url: "",
    nats_route: random.busRoute,
    ...busSecrets(random.bus),
  };
  return Object.fromEntries(Object.entries(lines).map(([name, text]) => [name, `${text}\n`]));
}
