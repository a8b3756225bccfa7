import { withBusUser } from "@vega/service-kit";
import { resolve } from "node:path";
import type { Env } from "./environment.ts";
import { busServers } from "./external-bus.ts";
import { OperatorError } from "./operator-error.ts";
import { namedKeys } from "./provider-keys.ts";

/** How services' log lines are shown; "auto" is readable on a terminal and JSON elsewhere. */
export type LogFormat = "auto" | "json" | "readable";

/** What the supervisor is told by its environment. */
export interface Settings {
  readonly host: string;
  /** 0 asks for any free port. */
  readonly port: number;
  /** Where the services answer probes and Prometheus: this port of loopback and those after it; undefined = nowhere. */
  readonly healthPort: number | undefined;
  /** Absolute. */
  readonly dataDir: string;
  readonly adminToken: string | undefined;
  /** Of the first administrator. */
  readonly adminUsername: string;
  /** The first administrator's password is set, not generated. */
  readonly hasAdminPassword: boolean;
  /** The bus to use; undefined = run one. */
  readonly natsUrl: string | undefined;
  readonly mongodbUrl: string | undefined;
  /** Variables beyond the usual names that hold keys of providers. */
  readonly providerKeys: readonly string[];
  /** 1 = real seconds, 0.01 = a hundred times faster. */
  readonly loopTimeScale: number;
  readonly logLevel: string;
  readonly logFormat: LogFormat;
}

const LOG_LEVELS = ["trace", "debug", "info", "warn", "error", "fatal", "silent"];
const LOG_FORMATS: readonly LogFormat[] = ["auto", "json", "readable"];

/**
 * Reads and checks the environment.
 * @param root where a relative VEGA_DATA_DIR starts
 * @throws OperatorError that names every variable at fault.
 */
export function readSettings(env: Env, root: string): Settings {
  const faults: string[] = [];
  const check = (name: string, fine: boolean, rule: string) => {
    if (!fine) faults.push(`${name}=${env[name]} ${rule}`);
  };
  const oneOf = <Value extends string>(name: string, allowed: readonly Value[], normal: Value) => {
    const found = allowed.find((value) => value === (env[name] ?? normal));
    check(name, found !== undefined, `must be one of ${allowed.join(", ")}`);
    return found ?? normal;
  };

  const port = Number(env.PORT ?? 5000);
  check(
    "PORT",
    /^\d+$/.test(env.PORT ?? "0") && port <= 65535,
    "must be a whole number, 0 to 65535",
  );
  const healthPort = env.VEGA_HEALTH_PORT === undefined ? undefined : Number(env.VEGA_HEALTH_PORT);
  check(
    "VEGA_HEALTH_PORT",
    healthPort === undefined ||
      (Number.isInteger(healthPort) && healthPort >= 1024 && healthPort <= 65_531),
    "must be a whole number, 1024 to 65531",
  );
  const loopTimeScale = Number(env.LOOP_TIME_SCALE ?? 1);
  check(
    "LOOP_TIME_SCALE",
    loopTimeScale > 0 && loopTimeScale <= 100,
    "must be a number above 0, at most 100",
  );
  const host = env.HOST ?? "127.0.0.1";
  check("HOST", !/[\s/]/.test(host), "must be a name or an address of this machine");
  // Not shown: it is a secret. The gateway refuses short ones, too.
  if (env.VEGA_ADMIN_TOKEN && !/^\S{16,}$/.test(env.VEGA_ADMIN_TOKEN)) {
    faults.push("VEGA_ADMIN_TOKEN must have at least 16 characters and no blanks");
  }
  const settings: Settings = {
    host,
    port,
    healthPort,
    dataDir: resolve(root, env.VEGA_DATA_DIR ?? "data"),
    adminToken: env.VEGA_ADMIN_TOKEN,
    adminUsername: env.VEGA_ADMIN_USERNAME ?? "admin",
    hasAdminPassword: Boolean(env.VEGA_ADMIN_PASSWORD || env.VEGA_ADMIN_PASSWORD_FILE),
    natsUrl: natsUrl(env, faults),
    mongodbUrl: mongodbUrl(env, faults),
    providerKeys: namedKeys(env, root),
    loopTimeScale,
    logLevel: oneOf("LOG_LEVEL", LOG_LEVELS, "info"),
    logFormat: oneOf("VEGA_LOG_FORMAT", LOG_FORMATS, "auto"),
  };
  if (faults.length > 0) throw new OperatorError(faults.join("\n  "));
  return settings;
}

/** Neither URL is shown: it may hold a password. */
function natsUrl(env: Env, faults: string[]): string | undefined {
  if (!env.NATS_URL) return undefined;
  const url = withUser(env.NATS_URL, env, faults);
  if (!url.split(",").every((part) => /^(nats|tls):\/\//.test(part.trim()))) {
    faults.push("NATS_URL must start with nats:// or tls://");
  } else if (!busServers(url)) {
    faults.push("NATS_URL must name a server, as nats://host:4222 or nats://user:password@host");
  }
  return url;
}

function withUser(url: string, env: Env, faults: string[]): string {
  try {
    return withBusUser(url, env);
  } catch (error) {
    faults.push((error as Error).message);
    return url;
  }
}

function mongodbUrl(env: Env, faults: string[]): string | undefined {
  if (env.MONGODB_URL && !/^mongodb(\+srv)?:\/\//.test(env.MONGODB_URL)) {
    faults.push("MONGODB_URL must start with mongodb:// or mongodb+srv://");
  }
  return env.MONGODB_URL;
}

/** The address a client on this machine uses; a server that listens everywhere is reached on loopback. */
export function httpAddress(host: string, port: number): string {
  const reachable = host === "0.0.0.0" ? "127.0.0.1" : host === "::" ? "::1" : host;
  return `http://${reachable.includes(":") ? `[${reachable}]` : reachable}:${port}`;
}
