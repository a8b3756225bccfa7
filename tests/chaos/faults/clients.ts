import { startSlowReader, startWriter, until } from "@vega/test-support";
import { setTimeout as delay } from "node:timers/promises";
import type { Fault, FaultContext } from "./fault.ts";

const FLOOD_MS = 6_000;
const FLOOD_WRITERS = 300;
const FLOOD_READERS = 200;
const SLOW_READERS = 20;
const BUSY_WRITERS = 32;

let floods = 0;

/** Starts writers without a pause. Their acknowledged writes count like those of the workload. */
function flood({ cluster, workload }: FaultContext, count: number) {
  floods += 1;
  const writers = Array.from({ length: count }, (_, n) =>
    startWriter(cluster.platform, `flood${floods}-${n}`),
  );
  workload.join(writers);
  return () => Promise.all(writers.map((writer) => writer.stop()));
}

/** Clients send too many requests, or read too slowly. */
export const clientFaults: readonly Fault[] = [
  {
    name: "flood",
    cluster: "embedded",
    rejectsLoad: true,
    async inject(context) {
      const { api } = context.cluster.platform;
      const stop = flood(context, FLOOD_WRITERS);
      const end = performance.now() + FLOOD_MS;
      const read = async () => {
        while (performance.now() < end) await api.get("/api/status").catch(() => undefined);
      };
      await Promise.all(Array.from({ length: FLOOD_READERS }, read));
      await stop();
    },
  },
  {
    name: "slow-readers",
    cluster: "embedded",
    rejectsLoad: true,
    async inject(context) {
      const { api } = context.cluster.platform;
      const from = Number((await api.get("/api/memory")).headers.get("vega-sequence"));
      const readers = Array.from({ length: SLOW_READERS }, () => startSlowReader(api.url, from));
      const stop = flood(context, BUSY_WRITERS);
      await delay(FLOOD_MS);
      await stop();
      const head = Number((await api.get("/api/memory")).headers.get("vega-sequence"));
      for (const reader of readers) reader.read();
      try {
        await until(
          "the slow readers have all events",
          () => readers.every(({ ids }) => (ids.at(-1) ?? 0) >= head),
          60_000,
        );
      } finally {
        for (const reader of readers) reader.stop();
      }
      context.workload.addReceived(readers.map(({ ids }) => ids));
    },
  },
];
