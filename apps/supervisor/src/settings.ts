import { withBusUser } from "@vega/service-kit";
import { resolve } from "node:path";
import type { Env } from "./environment.ts";
import { busServers } from "./external-bus.ts";
import { SettingsError } from "./operator-error.ts";
import { providerKeyVariables } from "./provider-keys.ts";

/** Format of log lines; "auto" is readable on a terminal and JSON elsewhere. */
export type LogFormat = "auto" | "json" | "readable";

/** Settings of the supervisor. */
export interface Settings {
  readonly host: string;
  /** 0 takes any free port. */
  readonly port: number;
  /** Health and metrics ports on loopback: this one and the following, one a service; undefined = none. */
  readonly healthPort: number | undefined;
  /** Absolute. */
  readonly dataDir: string;
  readonly adminToken: string | undefined;
  /** Name of the first administrator. */
  readonly adminUsername: string;
  /** The first administrator's password is set, not generated. */
  readonly hasAdminPassword: boolean;
  /** An external bus; undefined = run the embedded one. */
  readonly natsUrl: string | undefined;
  readonly mongodbUrl: string | undefined;
  /** Variables with keys of providers that the file of providers names. */
  readonly providerKeys: readonly string[];
  /** 1 = real time, 0.01 = a hundred times faster. */
  readonly loopTimeScale: number;
  readonly logLevel: string;
  readonly logFormat: LogFormat;
}

const LOG_LEVELS = ["trace", "debug", "info", "warn", "error", "fatal", "silent"];
const LOG_FORMATS: readonly LogFormat[] = ["auto", "json", "readable"];

/**
 * Reads and checks the environment.
 * @param root the folder of the checkout; a relative VEGA_DATA_DIR starts there
 * @throws SettingsError that names every invalid variable
 */
export function readSettings(env: Env, root: string): Settings {
  const faults: string[] = [];
  const check = (name: string, isValid: boolean, rule: string) => {
    if (!isValid) faults.push(`${name}=${env[name]} ${rule}`);
  };
  const oneOf = <Value extends string>(name: string, allowed: readonly Value[], preset: Value) => {
    const found = allowed.find((value) => value === (env[name] ?? preset));
    check(name, found !== undefined, `must be one of ${allowed.join(", ")}`);
    return found ?? preset;
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
  // The value is a secret and not shown. The gateway rejects short ones, too.
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
    providerKeys: providerKeyVariables(env, root),
    loopTimeScale,
    logLevel: oneOf("LOG_LEVEL", LOG_LEVELS, "info"),
    logFormat: oneOf("VEGA_LOG_FORMAT", LOG_FORMATS, "auto"),
  };
  if (faults.length > 0) throw new SettingsError(faults.join("\n  "));
  return settings;
}

/** URLs are not shown: they may hold a password. */
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

/** The URL for clients on this machine; loopback for a server on all addresses. */
export function httpAddress(host: string, port: number): string {
  const reachable = host === "0.0.0.0" ? "127.0.0.1" : host === "::" ? "::1" : host;
  return `http://${reachable.includes(":") ? `[${reachable}]` : reachable}:${port}`;
}
