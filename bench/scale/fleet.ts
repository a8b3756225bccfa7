import { reservePort, startNatsServer, until } from "@vega/test-support";
import { randomBytes } from "node:crypto";
import { rmSync } from "node:fs";
import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { ServiceName } from "@vega/supervisor/service-environment";
import { SERVICES } from "@vega/supervisor/service-environment";
import type { ServiceProcess } from "./service-process.ts";
import { startService } from "./service-process.ts";

const READY_MS = 90_000;

const secret = () => randomBytes(24).toString("base64url");

export interface FleetOptions {
  /** Processes of each service; default one. */
  readonly replicas?: Partial<Record<ServiceName, number>>;
  /** A store that speaks MongoDB's protocol and the pid behind it; default SQLite in the fleet's folder. */
  readonly mongo?: { readonly url: string; readonly pid: number | undefined };
  /** Before the services start, with the folder that the database is or comes to be in. */
  readonly fill?: (dataDir: string) => Promise<void>;
  readonly env?: Readonly<Record<string, string>>;
}

/** An installation of real processes: a bus and any number of each service, as an orchestrator of containers starts them. */
export interface Fleet {
  /** Of each gateway. */
  readonly urls: readonly string[];
  readonly adminPassword: string;
  readonly writeHeaders: Readonly<Record<string, string>>;
  /** From the start of its services until every gateway is ready. */
  readonly startMs: number;
  /** By name and number, as `state-1`; the bus as `nats`, the store as `mongo`. */
  pids(): ReadonlyMap<string, number>;
  /** Ends one process with -9 and starts it anew with the same settings; resolves when it says that it is ready. */
  replace(name: string): Promise<void>;
  close(): Promise<void>;
}

/** Starts all of it and resolves when every gateway is ready. What was started is ended where that fails. */
export async function startFleet(options: FleetOptions = {}): Promise<Fleet> {
  const folder = await mkdtemp(join(tmpdir(), "vega-bench-scale-"));
  const dataDir = join(folder, "data");
  await mkdir(dataDir, { mode: 0o700 });
  const nats = await startNatsServer();
  const processes = new Map<string, ServiceProcess>();
  // A run that is broken off leaves nothing behind; nats-server ends itself.
  const abandon = () => {
    for (const it of processes.values()) it.abandon();
    rmSync(folder, { recursive: true, force: true });
  };
  process.once("exit", abandon);
  const close = async () => {
    process.off("exit", abandon);
    // The bus last: a service that stops says good-bye on it.
    await Promise.all([...processes.values()].map((it) => it.stop()));
    await nats.close();
    await rm(folder, { recursive: true, force: true });
  };
  try {
    await options.fill?.(dataDir);
    const token = secret();
    const adminPassword = secret();
    const providers = join(folder, "providers.json");
    // The built-in analyst alone, whatever keys the machine has.
    await writeFile(providers, JSON.stringify({ providers: [] }));
    const shared = {
      PATH: process.env["PATH"] ?? "",
      VEGA_DATA_DIR: dataDir,
      VEGA_ADMIN_TOKEN: token,
      VEGA_ADMIN_PASSWORD: adminPassword,
      VEGA_INTERNAL_TOKEN: secret(),
      VEGA_SECRET: secret() + secret(),
      VEGA_PROVIDERS_FILE: providers,
      LOG_LEVEL: "warn",
      // Copies are work of their own, which would fall into one round and not into the next.
      VEGA_BACKUP_HOURS: "0",
      VEGA_SNAPSHOT_SECONDS: "86400",
      ...(options.mongo && { MONGODB_URL: options.mongo.url }),
      ...options.env,
    };
    const urls: string[] = [];
    for (const name of SERVICES) {
      for (let number = 1; number <= (options.replicas?.[name] ?? 1); number += 1) {
        const env: Record<string, string> = { ...shared, NATS_URL: nats.urlOf(name) };
        if (name === "gateway") {
          env["PORT"] = String(await reservePort());
          urls.push(`http://127.0.0.1:${env["PORT"]}`);
        }
        processes.set(`${name}-${number}`, startService(name, env));
      }
    }
    const started = performance.now();
    await Promise.all([...processes.values()].map((it) => it.start()));
    for (const url of urls) {
      await until(`${url} is ready`, async () => (await fetch(`${url}/readyz`)).ok, READY_MS);
    }
    return {
      urls,
      adminPassword,
      writeHeaders: { authorization: `Bearer ${token}`, "content-type": "application/json" },
      startMs: performance.now() - started,
      pids: () =>
        new Map([
          ...[...processes].map(([name, { pid }]) => [name, pid()] as const),
          ["nats", nats.pid ?? Number.NaN] as const,
          ...(options.mongo ? [["mongo", options.mongo.pid ?? Number.NaN] as const] : []),
        ]),
      async replace(name) {
        const found = processes.get(name);
        if (!found) throw new Error(`there is no ${name}`);
        await found.kill();
        await found.start();
      },
      close,
    };
  } catch (error) {
    await close();
    throw error;
  }
}
