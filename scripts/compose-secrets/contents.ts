import { randomBytes } from "node:crypto";

/** What is random in the secrets of docker-compose.yml. */
export interface Drawn {
  /** Base64; MongoDB takes 6 to 1,024 characters of it. */
  readonly mongoKey: string;
  readonly mongoRoot: string;
  readonly mongoVega: string;
  readonly nats: string;
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
    nats: word(),
    vegaSecret: word(),
    adminToken: word(),
    adminPassword: word(),
    internalToken: word(),
  };
}

/** The files, name → content. What two sides of a connection have to know is in both of theirs. */
export function composeSecrets(drawn: Drawn): Record<string, string> {
  const lines = {
    mongo_key: drawn.mongoKey,
    mongo_root_password: drawn.mongoRoot,
    mongo_vega_password: drawn.mongoVega,
    mongodb_url: `mongodb://vega:${drawn.mongoVega}@mongo:27017/vega?replicaSet=vega`,
    // Quoted: a word that begins with a digit would be read as a number.
    nats_auth: `authorization { user: vega, password: "${drawn.nats}" }`,
    nats_url: `nats://vega:${drawn.nats}@nats:4222`,
    vega_secret: drawn.vegaSecret,
    vega_admin_token: drawn.adminToken,
    vega_admin_password: drawn.adminPassword,
    internal_token: drawn.internalToken,
    // Empty: no mail is sent until you put an SMTP URL there.
    smtp_url: "",
  };
  return Object.fromEntries(Object.entries(lines).map(([name, text]) => [name, `${text}\n`]));
}
