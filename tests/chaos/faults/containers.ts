import { setTimeout as delay } from "node:timers/promises";
import type { FaultContext, Fault } from "./fault.ts";
import { required, SERVICES } from "./fault.ts";

const PAUSE_MS = 6_000;
const DOWN_MS = 8_000;
const ALL = [...SERVICES, "nats", "mongo"] as const;

const fault = (name: string, inject: (context: FaultContext) => Promise<void>): Fault => ({
  name: `compose-${name}`,
  cluster: "compose",
  inject,
});

const unplugged = (service: string, network: string): Fault =>
  fault(`unplug-${service}-${network}`, async ({ cluster }) => {
    const containers = required(cluster.containers);
    await containers.unplug(service, network);
    await delay(DOWN_MS);
    await containers.plug(service, network);
  });

/** Containers are killed, paused, stopped, or disconnected from a network. */
export const containerFaults: readonly Fault[] = [
  ...ALL.map((service) =>
    fault(`kill-${service}`, ({ cluster }) => required(cluster.containers).kill(service)),
  ),
  ...ALL.map((service) =>
    fault(`pause-${service}`, async ({ cluster }) => {
      const containers = required(cluster.containers);
      await containers.pause(service);
      await delay(PAUSE_MS);
      await containers.resume(service);
    }),
  ),
  ...["nats", "mongo"].map((service) =>
    fault(`${service}-away`, async ({ cluster }) => {
      const containers = required(cluster.containers);
      await containers.stop(service);
      await delay(DOWN_MS);
      await containers.start(service);
    }),
  ),
  fault("nats-wiped", async ({ cluster }) => {
    const containers = required(cluster.containers);
    await containers.run("nats", "rm", "-rf", "/data/jetstream");
    await containers.kill("nats");
  }),
  ...SERVICES.map((service) => unplugged(service, "bus")),
  unplugged("state", "data"),
];
