import { setTimeout as delay } from "node:timers/promises";
import type { Scene, Fault } from "./fault.ts";
import { need, SERVICES } from "./fault.ts";

const PAUSE_MS = 6_000;
const AWAY_MS = 8_000;
const ALL = [...SERVICES, "nats", "mongo"] as const;

const fault = (name: string, happen: (scene: Scene) => Promise<void>): Fault => ({
  name: `compose-${name}`,
  rig: "compose",
  happen,
});

const unplugged = (service: string, network: string): Fault =>
  fault(`unplug-${service}-${network}`, async ({ rig }) => {
    const containers = need(rig.containers);
    await containers.unplug(service, network);
    await delay(AWAY_MS);
    await containers.plug(service, network);
  });

/** What happens to containers: killed, paused, stopped, cut off from a network. */
export const containerFaults: readonly Fault[] = [
  ...ALL.map((service) =>
    fault(`kill-${service}`, ({ rig }) => need(rig.containers).kill(service)),
  ),
  ...ALL.map((service) =>
    fault(`pause-${service}`, async ({ rig }) => {
      const containers = need(rig.containers);
      await containers.pause(service);
      await delay(PAUSE_MS);
      await containers.resume(service);
    }),
  ),
  ...["nats", "mongo"].map((service) =>
    fault(`${service}-away`, async ({ rig }) => {
      const containers = need(rig.containers);
      await containers.stop(service);
      await delay(AWAY_MS);
      await containers.start(service);
    }),
  ),
  fault("nats-wiped", async ({ rig }) => {
    const containers = need(rig.containers);
    await containers.run("nats", "rm", "-rf", "/data/jetstream");
    await containers.kill("nats");
  }),
  ...SERVICES.map((service) => unplugged(service, "bus")),
  unplugged("state", "data"),
];
