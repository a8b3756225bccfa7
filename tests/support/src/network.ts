import * as ai from "@vega/ai";
import * as auth from "@vega/auth";
import * as gateway from "@vega/gateway";
import * as loop from "@vega/loop";
import type { Bus } from "@vega/messaging";
import { connectBus } from "@vega/messaging";
import type { Service } from "@vega/service-kit";
import { createLogger } from "@vega/service-kit";
import * as state from "@vega/state";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { reservePort } from "../../../tools/reserve-port.ts";
import type { Api } from "./api.ts";
import { createApi } from "./api.ts";
import type { NatsServer } from "./nats-server.ts";
import { startNatsServer } from "./nats-server.ts";
import { until } from "./until.ts";

export type ServiceName = "state" | "loop" | "ai" | "auth" | "gateway";

const ALL: readonly ServiceName[] = ["state", "auth", "ai", "loop", "gateway"];
const TOKEN = "a-token-for-tests-only";

export interface NetworkOptions {
  /** 1 = real seconds. The default is large, so that the loop does not interfere. */
  readonly timeScale?: number;
  /** Instances of each service; default one. */
  readonly replicas?: Partial<Record<ServiceName, number>>;
  /** Default: all. `api` needs a gateway. */
  readonly services?: readonly ServiceName[];
  /** The providers file; default: only the built-in model. */
  readonly providers?: object;
  /** Further environment for every service. */
  readonly env?: Record<string, string>;
  readonly logLevel?: string;
}

/** All services in this process, on a real nats-server and a real database. */
export interface Network {
  readonly nats: NatsServer;
  readonly folder: string;
  /** Of the first gateway. */
  readonly api: Api;
  /** Of each gateway. */
  readonly apis: readonly Api[];
  /** The test's own connection. */
  readonly bus: Bus;
  /** The running instances of a service. */
  running(name: ServiceName): readonly Service[];
  /** Stops the instances of a service. */
  stop(name: ServiceName): Promise<void>;
  /** Starts them again, with the same configuration. */
  start(name: ServiceName): Promise<void>;
  /** Stops every service and starts all of them again. */
  restartAll(): Promise<void>;
  /** Waits until every gateway is ready. */
  ready(): Promise<void>;
  close(): Promise<void>;
}

export async function startNetwork(options: NetworkOptions = {}): Promise<Network> {
  const nats = await startNatsServer();
  const folder = await mkdtemp(join(tmpdir(), "vega-network-"));
  const providers = options.providers ?? { providers: [] };
  await writeFile(join(folder, "providers.json"), JSON.stringify(providers));
  const running = new Map<ServiceName, Service[]>();
  const services = ALL.filter((name) => options.services?.includes(name) ?? true);
  const count = (name: ServiceName) =>
    services.includes(name) ? (options.replicas?.[name] ?? 1) : 0;
  const ports = await Promise.all(Array.from({ length: count("gateway") }, () => reservePort()));
  const shared = {
    VEGA_DATA_DIR: folder,
    VEGA_ADMIN_TOKEN: TOKEN,
    VEGA_INTERNAL_TOKEN: "an-internal-token-for-tests-only",
    // Only the providers of the test, whatever the machine has.
    VEGA_PROVIDERS_FILE: join(folder, "providers.json"),
    VEGA_SECRET: "a-secret-for-tests-only-0123456789",
    // bcrypt's minimum, which auth accepts only with NODE_ENV=test.
    NODE_ENV: "test",
    VEGA_BCRYPT_COST: "4",
    // Reports of analytics are entries of the log, which tests count.
    VEGA_ANALYTICS: "false",
    // Tests of other capabilities compare sequences.
    VEGA_OFFER_WHITEPAPERS: "false",
    LOOP_TIME_SCALE: String(options.timeScale ?? 100),
    LOG_LEVEL: options.logLevel ?? process.env["TEST_LOG_LEVEL"] ?? "silent",
    ...options.env,
  };

  const envOf = (name: ServiceName) => ({ NATS_URL: nats.urlOf(name), ...shared });
  const starters: Record<ServiceName, (index: number) => Promise<Service>> = {
    state: () => state.startState(state.envToConfig(envOf("state"))),
    loop: () => loop.startLoop(loop.envToConfig(envOf("loop"))),
    ai: () => ai.startAi(ai.envToConfig(envOf("ai"))),
    auth: () => auth.startAuth(auth.envToConfig(envOf("auth"))),
    gateway: (index) =>
      gateway.startGateway(
        gateway.envToConfig({ ...envOf("gateway"), PORT: String(ports[index]) }),
      ),
  };
  const start = async (name: ServiceName) => {
    const instances = Array.from({ length: count(name) }, (_, index) => starters[name](index));
    running.set(name, await Promise.all(instances));
  };
  const stop = async (name: ServiceName) => {
    const instances = running.get(name) ?? [];
    running.delete(name);
    await Promise.all(instances.map((service) => service.stop()));
  };
  const apis = ports.map((port) => createApi(`http://127.0.0.1:${port}`, TOKEN));
  const ready = async () => {
    for (const { url } of apis) {
      await until("the gateway is ready", async () => (await fetch(`${url}/readyz`)).ok, 30_000);
    }
  };

  for (const name of services) await start(name);
  await ready();
  const bus = await connectBus({
    url: nats.url,
    name: "test",
    log: createLogger("test", shared.LOG_LEVEL),
  });

  return {
    nats,
    folder,
    get api() {
      const [first] = apis;
      if (!first) throw new Error("this network has no gateway");
      return first;
    },
    apis,
    bus,
    running: (name) => running.get(name) ?? [],
    start,
    stop,
    ready,
    async restartAll() {
      for (const name of services.toReversed()) await stop(name);
      for (const name of services) await start(name);
      await ready();
    },
    async close() {
      await bus.close();
      for (const name of services.toReversed()) await stop(name);
      await nats.close();
      await rm(folder, { recursive: true, force: true });
      const refused = nats.refused();
      if (refused.length > 0)
        throw new Error(`the bus refused a subject that a service needs:\n${refused.join("\n")}`);
    },
  };
}
