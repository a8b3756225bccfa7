import { REGISTRATIONS, usernameSchema } from "@vega/contracts";
import type { Env, TracingConfig } from "@vega/service-kit";
import {
  commonEnvSchema,
  ConfigError,
  parseEnv,
  wholeNumber,
  readTracing,
} from "@vega/service-kit";

export type Registration = (typeof REGISTRATIONS)[number];

export interface AuthConfig {
  readonly busUrl: string;
  readonly logLevel: string;
  /** Undefined: tracing is off. */
  readonly tracing: TracingConfig | undefined;
  /** Folder of the file with the first administrator's generated password. */
  readonly dataDir: string;
  readonly registration: Registration;
  /** Of the first administrator; without a password one is generated. */
  readonly admin: { readonly username: string; readonly password: string | undefined };
  /** Encrypts the signing keys; the same for all replicas. */
  readonly secret: string;
  readonly sessionDays: number;
  /** Days after which a new signing key is created. */
  readonly signingKeyDays: number;
  /** bcrypt cost: the base-2 logarithm of the rounds. */
  readonly bcryptCost: number;
  /** Undefined: no mail is sent. */
  readonly mail: { readonly smtpUrl: string; readonly from: string } | undefined;
  /** Base URL of links, without a trailing slash. */
  readonly publicUrl: string;
}

const MIN_SECRET = 32;
/** OWASP's minimum; at the maximum a hash takes about three seconds. Tests use bcrypt's minimum. */
const COST = { least: 10, leastInTests: 4, most: 15 };

const envSchema = commonEnvSchema.extend({
  VEGA_SESSION_DAYS: wholeNumber(30),
  VEGA_SIGNING_KEY_DAYS: wholeNumber(30),
  VEGA_BCRYPT_COST: wholeNumber(12),
});

/** @throws ConfigError with each invalid variable, without values of secrets */
export function envToConfig(env: Env): AuthConfig {
  const values = parseEnv(envSchema, env);
  const faults: string[] = [];
  const check = (fine: boolean, fault: string) => {
    if (!fine) faults.push(fault);
  };

  const secret = env["VEGA_SECRET"] ?? "";
  check(
    secret.length >= MIN_SECRET,
    `VEGA_SECRET: ${secret ? "is too short" : "is missing"}; it needs at least ${MIN_SECRET} characters, the same ` +
      "for every replica of auth. `openssl rand -base64 32` makes one",
  );
  const registration = REGISTRATIONS.find(
    (mode) => mode === (env["VEGA_REGISTRATION"] ?? "invite"),
  );
  check(
    registration !== undefined,
    `VEGA_REGISTRATION: must be one of ${REGISTRATIONS.join(", ")}`,
  );
  const username = usernameSchema.safeParse(env["VEGA_ADMIN_USERNAME"] ?? "admin");
  check(
    username.success,
    `VEGA_ADMIN_USERNAME: ${username.error?.issues[0]?.message ?? "will not do"}`,
  );
  const least = env["NODE_ENV"] === "test" ? COST.leastInTests : COST.least;
  const cost = values.VEGA_BCRYPT_COST;
  check(
    cost >= least && cost <= COST.most,
    `VEGA_BCRYPT_COST: must be ${COST.least} to ${COST.most} (below only with NODE_ENV=test)`,
  );
  for (const name of ["VEGA_SESSION_DAYS", "VEGA_SIGNING_KEY_DAYS"] as const) {
    check(values[name] <= 3_650, `${name}: must be at most 3650`);
  }
  const publicUrl = URL.parse(env["VEGA_PUBLIC_URL"] ?? "http://127.0.0.1:5000");
  check(
    publicUrl !== null && /^https?:$/.test(publicUrl.protocol),
    "VEGA_PUBLIC_URL: must be a URL such as https://vega.example.org",
  );
  const smtpUrl = env["SMTP_URL"];
  const protocol = smtpUrl && URL.parse(smtpUrl)?.protocol;
  check(
    !smtpUrl || protocol === "smtp:" || protocol === "smtps:",
    "SMTP_URL: must be a URL such as smtps://user:password@mail.example.org",
  );
  if (faults.length > 0 || !registration || !publicUrl || !username.success)
    throw new ConfigError(faults.join("; "));
  return {
    busUrl: values.NATS_URL,
    logLevel: values.LOG_LEVEL,
    tracing: readTracing(env),
    dataDir: values.VEGA_DATA_DIR,
    registration,
    admin: {
      username: username.data,
      password: env["VEGA_ADMIN_PASSWORD"] || undefined,
    },
    secret,
    sessionDays: values.VEGA_SESSION_DAYS,
    signingKeyDays: values.VEGA_SIGNING_KEY_DAYS,
    bcryptCost: cost,
    mail: smtpUrl
      ? { smtpUrl, from: env["VEGA_MAIL_FROM"] ?? `VEGA <vega@${publicUrl.hostname}>` }
      : undefined,
    publicUrl: publicUrl.href.replace(/\/+$/, ""),
  };
}
