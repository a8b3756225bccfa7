import type { StateConfig } from "@vega/state";
import { startFaultProvider } from "@vega/ai/testing";
import { until } from "@vega/test-support";
import {
  containersOf,
  docker,
  killInside,
  logsOf,
  needDocker,
  standInFor,
} from "../../containers/docker.ts";
import { startPlatform } from "../../containers/platform.ts";
import type { Cluster } from "./cluster.ts";
import { TIME_SCALE } from "./cluster.ts";

const FILES = ["docker-compose.yml", "tests/chaos/cluster/compose.yml"];
const IMAGES = ["mongo:8.0", "nats:2.12-alpine", "node:24-bookworm-slim"];

/** Why this machine cannot run containers, or undefined. */
export async function containersMissing(): Promise<string | undefined> {
  // Where Docker runs in a virtual machine, the addresses of containers are not reachable.
  if (process.platform !== "linux") return "needs Docker on Linux itself";
  return needDocker().then(
    () => undefined,
    () => "needs a Docker engine with Compose 2",
  );
}

/** The platform as `docker compose up` runs it. */
export async function openContainers(log: (text: string) => void): Promise<Cluster> {
  for (const image of IMAGES) {
    const standIn = await standInFor(image).catch(() => undefined);
    if (standIn) log(`${image} is a stand-in: ${standIn}`);
  }
  const provider = await startFaultProvider("0.0.0.0");
  provider.behave("wall", { kind: "answer", everyMs: 5 });
  const { port } = new URL(provider.baseUrl);
  const vega = await startPlatform(
    {
      LOOP_TIME_SCALE: TIME_SCALE,
      VEGA_PUBLIC_READS: "true",
      OPENAI_API_KEY: "none-is-needed",
      OPENAI_BASE_URL: `http://provider.test:${port}/v1`,
    },
    FILES,
  ).catch(async (error: unknown) => {
    await provider.close();
    throw error;
  });
  const { api, project, secret } = vega;

  const find = async (service: string) => {
    const [found] = await containersOf(project, service);
    if (!found) throw new Error(`no container of ${service}`);
    return found;
  };
  const to = async (command: string, service: string, ...args: string[]) =>
    void (await docker(command, ...args, (await find(service)).Id));
  const network = (name: string) => `${project}_${name}`;
  const isReady = async () => (await fetch(`${api.url}/readyz`)).ok;
  return {
    platform: {
      api,
      token: secret("vega_admin_token"),
      model: "openai/wall",
      ready: async () => void (await until("the platform is ready", isReady, 60_000)),
      async output() {
        const all = await containersOf(project);
        return (await Promise.all(all.map(logsOf))).join("");
      },
    },
    async store(): Promise<StateConfig["store"]> {
      const { Id } = await find("mongo");
      const format = `{{(index .NetworkSettings.Networks "${network("data")}").IPAddress}}`;
      const address = await docker("inspect", "--format", format, Id);
      const user = `vega:${encodeURIComponent(secret("mongo_vega_password"))}`;
      // The host name in the replica set is not reachable from here.
      return { kind: "mongo", url: `mongodb://${user}@${address}/vega?directConnection=true` };
    },
    containers: {
      kill: async (service) => killInside(await find(service)),
      pause: (service) => to("pause", service),
      resume: (service) => to("unpause", service),
      async unplug(service, name) {
        const { Id } = await find(service);
        await docker("network", "disconnect", network(name), Id);
      },
      async plug(service, name) {
        const { Id } = await find(service);
        await docker("network", "connect", "--alias", service, network(name), Id);
      },
      stop: (service) => to("stop", service, "--time", "0"),
      start: (service) => to("start", service),
      async run(service, ...command) {
        await docker("exec", (await find(service)).Id, ...command);
      },
    },
    async close() {
      await vega.close();
      await provider.close();
    },
  };
}
