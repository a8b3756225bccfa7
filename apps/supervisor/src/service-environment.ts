import type { Env } from "./environment.ts";
import { platformSecret } from "./secret.ts";
import type { Settings } from "./settings.ts";

/** The services in display order. */
export const SERVICES = ["state", "auth", "ai", "loop", "gateway"] as const;

export type ServiceName = (typeof SERVICES)[number];

/** Variables that every Node program may need and that hold no secret. */
const FOR_ALL =
  /^(PATH|HOME|TZ|LANG|LC_ALL|TMPDIR|NODE_(ENV|OPTIONS|COMPILE_CACHE|EXTRA_CA_CERTS|USE_ENV_PROXY)|SSL_CERT_(FILE|DIR)|(https?|no)_proxy|OTEL_.+|VEGA_.+)$/i;

/**
 * Keys and addresses of providers, such as OPENAI_API_KEY, MISTRAL_API_KEY_FILE and OLLAMA_BASE_URL. Other names count
 * where the file of providers has them when VEGA starts.
 */
const FOR_AI = /^[A-Z][A-Z0-9_]*_(KEY(_FILE)?|BASE_URL)$/;
/** Names of other programs' secrets. */
const NOT_FOR_AI = /_(ACCESS|PRIVATE|SECRET|SIGNING|ENCRYPTION|SSH)_KEY(_FILE)?$/;

/** The bucket for copies of backups, and its credentials. */
const FOR_STATE = /^VEGA_(BACKUP_S3|S3_[A-Z_]+)$/;

/** Credentials of accounts, and the mail server's URL, which holds a password. */
const FOR_AUTH = /^(VEGA_SECRET|VEGA_ADMIN_PASSWORD|SMTP_URL)(_FILE)?$/;

/**
 * The environment of one service: only the variables it needs, so that few processes know a secret.
 * @param run values chosen by this run of the platform
 */
export function serviceEnvironment(
  name: ServiceName,
  env: Env,
  settings: Settings,
  run: {
    readonly natsUrl: string;
    readonly port: number;
    readonly adminToken: string;
    readonly internalToken: string;
  },
): Record<string, string> {
  const result: Record<string, string> = {};
  for (const [key, value] of Object.entries(env)) {
    if (value === undefined || key === "VEGA_ADMIN_TOKEN") continue;
    if (FOR_AUTH.test(key)) {
      if (name === "auth") result[key] = value;
    } else if (FOR_STATE.test(key)) {
      if (name === "state") result[key] = value;
    } else if (FOR_ALL.test(key) || (name === "ai" && isForAi(key, settings))) {
      result[key] = value;
    }
  }
  Object.assign(result, {
    NATS_URL: run.natsUrl,
    LOG_LEVEL: settings.logLevel,
    VEGA_DATA_DIR: settings.dataDir,
    LOOP_TIME_SCALE: String(settings.loopTimeScale),
  });
  if (settings.healthPort !== undefined) {
    result.HEALTH_LISTEN = `127.0.0.1:${settings.healthPort + SERVICES.indexOf(name)}`;
  }
  if (name === "ai" || name === "gateway") {
    result.VEGA_INTERNAL_TOKEN ??= run.internalToken;
  } else delete result.VEGA_INTERNAL_TOKEN;
  if (name === "auth") {
    const secret = platformSecret(env, settings.dataDir);
    if (secret !== undefined) result.VEGA_SECRET = secret;
  }
  if (name === "state" && settings.mongodbUrl) result.MONGODB_URL = settings.mongodbUrl;
  if (name === "gateway") {
    Object.assign(result, {
      HOST: settings.host,
      PORT: String(run.port),
      VEGA_ADMIN_TOKEN: run.adminToken,
    });
  }
  return result;
}

const isForAi = (key: string, { providerKeys }: Settings): boolean =>
  providerKeys.includes(key) || (FOR_AI.test(key) && !NOT_FOR_AI.test(key));
