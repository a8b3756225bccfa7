import { reservePort, startNatsServer, until } from "@vega/test-support";
import { randomBytes } from "node:crypto";
import { rmSync } from "node:fs";
import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { ServiceName } from "@vega/supervisor/service-environment";
import { SERVICES } from "@vega/supervisor/service-environment";
import { WITHOUT_BACKUPS } from "./platform.ts";
import type { ServiceProcess } from "./service-process.ts";
import { startService } from "./service-process.ts";

const READY_MS = 90_000;

const secret = () => randomBytes(24).toString("base64url");

export interface TestClusterOptions {
  /** Processes of each service; default one. */
  readonly replicas?: Partial<Record<ServiceName, number>>;
  /** A store with MongoDB's protocol and its pid; default SQLite in the cluster's folder. */
  readonly mongo?: { readonly url: string; readonly pid: number | undefined };
  /** Runs before the services start, with the folder of the database. */
  readonly fill?: (dataDir: string) => Promise<void>;
  readonly env?: Readonly<Record<string, string>>;
}

/** Real processes without the supervisor: a bus and any number of each service, as a container orchestrator runs them. */
export interface TestCluster {
  /** Of each gateway. */
  readonly urls: readonly string[];
  readonly adminPassword: string;
  readonly writeHeaders: Readonly<Record<string, string>>;
  /** From the start of its services until every gateway is ready. */
  readonly startMs: number;
  /** By name and number, as `state-1`; the bus as `nats`, the store as `mongo`. */
  pids(): ReadonlyMap<string, number>;
  /** Kills one process with SIGKILL and restarts it with the same settings; resolves when it reports ready. */
  replace(name: string): Promise<void>;
  close(): Promise<void>;
}

/** Resolves when every gateway is ready. A failed start stops the processes that it has started. */
export async function startTestCluster(options: TestClusterOptions = {}): Promise<TestCluster> {
  const folder = await mkdtemp(join(tmpdir(), "vega-bench-scale-"));
  const dataDir = join(folder, "data");
  await mkdir(dataDir, { mode: 0o700 });
  const nats = await startNatsServer();
  const processes = new Map<string, ServiceProcess>();
  // An interrupted run leaves nothing behind; startNatsServer handles its own process.
  const abandon = () => {
    for (const it of processes.values()) it.abandon();
    rmSync(folder, { recursive: true, force: true });
  };
  process.once("exit", abandon);
  const close = async () => {
    process.off("exit", abandon);
    // The bus last: a service unsubscribes when it stops.
    await Promise.all([...processes.values()].map((it) => it.stop()));
    await nats.close();
    await rm(folder, { recursive: true, force: true });
  };
  try {
    await options.fill?.(dataDir);
    const token = secret();
    const adminPassword = secret();
    const providers = join(folder, "providers.json");
    // The built-in analyst only, also on a machine with provider keys in its environment.
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
      ...WITHOUT_BACKUPS,
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
        if (!found) throw new Error(`unknown process ${name}`);
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
