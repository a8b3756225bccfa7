import { EVENTS_STREAM, LEASES_BUCKET, LOOP_STREAM } from "@vega/contracts";
import { until } from "@vega/test-support";
import { afterAll, beforeAll, expect, test } from "vitest";
import { containersOf, docker, killInside, needDocker, standInFor } from "./docker.ts";
import type { Platform } from "./platform.ts";
import { startPlatform } from "./platform.ts";

const FILES = ["docker-compose.yml", "deploy/compose/cluster.yml"];
const BUS = ["nats", "nats-2", "nats-3"];
const MONGO = ["mongo", "mongo-2", "mongo-3"];
const HEALTHY_MS = 120_000;

let vega: Platform;
/** Services with several members in this run. */
let several: readonly string[] = [...BUS, ...MONGO];
beforeAll(async () => {
  await needDocker();
  const standIn = await standInFor("mongo:8.0");
  if (standIn) {
    console.warn(
      `a MongoDB replica set of three was NOT tested: mongo:8.0 is a stand-in, ${standIn}`,
    );
    several = BUS;
  }
  vega = await startPlatform(
    { LOOP_TIME_SCALE: "0.2", VEGA_MEMORY_KEYS: "100000", VEGA_MEMORY_NAMESPACE_BYTES: "16000000" },
    standIn ? [...FILES, "tests/containers/one-mongo.yml"] : FILES,
  );
});
afterAll(() => vega?.close());

const asAdmin = () => ({ authorization: `Bearer ${vega.secret("vega_admin_token")}` });
/** @returns whether the write was acknowledged */
const put = async (key: string): Promise<boolean> => {
  const answer = await vega.api
    .send("PUT", `/api/memory/many/${key}`, { value: key })
    .catch(() => ({ status: 0 }));
  return answer.status === 200;
};

interface Streams {
  account_details: {
    stream_detail: {
      name: string;
      config: { num_replicas: number };
    }[];
  }[];
}

const containerOf = async (service: string) => {
  const [container] = await containersOf(vega.project, service);
  if (!container) throw new Error(`there is no ${service}`);
  return container;
};
const streamsAt = async (service: string) => {
  const { Id } = await containerOf(service);
  const url = "http://127.0.0.1:8222/jsz?streams=true&config=true&accounts=true";
  const text = await docker("exec", Id, "wget", "-q", "-O", "-", url);
  return (JSON.parse(text) as Streams).account_details.flatMap((found) => found.stream_detail);
};

test("each stream has a replica on each of the three servers", async () => {
  const wanted = [EVENTS_STREAM.name, LOOP_STREAM.name, `KV_${LEASES_BUCKET}`].toSorted();
  for (const service of BUS) {
    const copies = await until(`${service} has all replicas`, async () => {
      const found = await streamsAt(service);
      return found.length === wanted.length && found;
    });
    expect(copies.map(({ name }) => name).toSorted()).toEqual(wanted);
    expect(copies.map(({ config }) => config.num_replicas)).toEqual([3, 3, 3]);
  }
});

test("after kill -9 of each server in turn nothing is lost, duplicated or out of order", async () => {
  const sse = await vega.api.events("", undefined, asAdmin());
  const iterations = () =>
    sse.events
      .filter(({ data }) => data.type === "loop_update")
      .map(({ data }) => Number(data["iteration"]));
  const acknowledged: string[] = [];
  let stop = false;
  const writing = (async () => {
    for (let n = 0; !stop; n += 1) if (await put(`k${n}`)) acknowledged.push(`k${n}`);
  })();
  try {
    for (const service of several) {
      const [before, ticks] = [acknowledged.length, iterations().length];
      const container = await containerOf(service);
      await killInside(container);
      await until(
        `${service} is healthy again`,
        async () => {
          const now = await containerOf(service);
          return now.State.Health?.Status === "healthy" && now.RestartCount > 0;
        },
        HEALTHY_MS,
      );
      await until("writes succeed again", () => acknowledged.length > before, 30_000);
      await until("the loop continues", () => iterations().length > ticks + 1, 30_000);
    }
  } finally {
    stop = true;
    await writing;
  }
  const seen = () =>
    sse.events.filter(({ data }) => data.type === "memory_changed").map(({ data }) => data["key"]);
  await until("the subscriber has all events", () => {
    const found = new Set(seen());
    return acknowledged.every((key) => found.has(key));
  });
  expect(new Set(seen()).size).toBe(seen().length);
  const [first = 0] = iterations();
  expect(iterations()).toEqual(iterations().map((_, n) => first + n));
  sse.close();
}, 900_000);
