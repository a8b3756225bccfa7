import { EVENTS_STREAM, LEASES_BUCKET } from "@vega/contracts";
import type { Bus } from "@vega/messaging";
import { connectBus, ensureStream, holdLease, publishInOrder } from "@vega/messaging";
import { until } from "@vega/test-support";
import { afterAll, beforeAll, expect, test } from "vitest";
import type { NatsCluster } from "./nats-cluster.ts";
import { startNatsCluster } from "./nats-cluster.ts";

const THREE = 3;
const log = { debug() {}, info() {}, warn() {}, error() {} };

let cluster: NatsCluster;
const buses: Bus[] = [];
const connectAs = async (user: "state" | "loop", streamReplicas = THREE): Promise<Bus> => {
  const bus = await connectBus({ url: cluster.urlOf(user), name: user, log, streamReplicas });
  buses.push(bus);
  return bus;
};
beforeAll(async () => {
  cluster = await startNatsCluster(THREE);
});
afterAll(async () => {
  await Promise.all(buses.map((bus) => bus.close()));
  await cluster?.close();
});

const copiesOf = async (bus: Bus, stream: string) => {
  const { cluster: copies } = await (await bus.manager()).streams.info(stream);
  return { leader: copies?.leader, followers: copies?.replicas ?? [] };
};

test("each stream has a replica on every server, and stream and lease survive the end of one server", async () => {
  const state = await connectAs("state");
  await until("the stream has a leader", () => ensureStream(state, EVENTS_STREAM));
  // As created on a single server.
  const alone = await connectAs("loop", 1);
  const first = holdLease(alone, { name: "loop", ttlMs: 3_000, onChange() {} });
  await until("the first replica holds the lease", () => first.held());
  await first.release();
  const loop = await connectAs("loop");
  const lease = holdLease(loop, { name: "loop", ttlMs: 3_000, onChange() {} });
  await until("the other replica holds the lease", () => lease.held());
  const bucket = `KV_${LEASES_BUCKET}`;
  await until("the lease has all replicas", async () => {
    const { followers } = await copiesOf(loop, bucket);
    return followers.length === THREE - 1 && followers.every(({ current }) => current);
  });
  const { leader, followers } = await copiesOf(state, EVENTS_STREAM.name);
  expect(followers).toHaveLength(THREE - 1);

  const message = (n: number) => ({ subject: "vega.events.test.made", payload: "x", id: `${n}` });
  const hundred = (from: number) => Array.from({ length: 100 }, (_, n) => message(from + n));
  expect(await publishInOrder(state, hundred(0), 0)).toBe(100);
  // A publication with an outdated condition is refused on a cluster too.
  expect(await publishInOrder(state, [message(1_000)], 7)).toBe(0);

  await cluster.stop(leader ?? "");
  await until("the stream has another leader", async () => {
    const now = await copiesOf(state, EVENTS_STREAM.name);
    return now.leader !== undefined && now.leader !== leader;
  });
  // Acknowledged messages are kept: the condition still applies.
  expect(await publishInOrder(state, hundred(100), 100)).toBe(100);
  await until("the lease is held", () => lease.held());
  await lease.release();
}, 60_000);

test("a server with another password cannot join the cluster", async () => {
  expect(await cluster.stranger()).toContain("authentication error");
});
