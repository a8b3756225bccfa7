import { startSlowReader, startWriter, until } from "@vega/test-support";
import { setTimeout as delay } from "node:timers/promises";
import type { Fault, Scene } from "./fault.ts";

const FLOOD_MS = 6_000;
const FLOOD_WRITERS = 300;
const FLOOD_READERS = 200;
const SLOW_READERS = 20;
const BUSY_WRITERS = 32;

let floods = 0;

/** Writers without a pause; what they are answered counts as any write does. */
function flood({ rig, load }: Scene, count: number) {
  floods += 1;
  const writers = Array.from({ length: count }, (_, n) =>
    startWriter(rig.platform, `flood${floods}-${n}`),
  );
  load.join(writers);
  return () => Promise.all(writers.map((writer) => writer.stop()));
}

/** Clients ask for too much, or take too little. */
export const clientFaults: readonly Fault[] = [
  {
    name: "flood",
    rig: "embedded",
    sheds: true,
    async happen(scene) {
      const { api } = scene.rig.platform;
      const stop = flood(scene, FLOOD_WRITERS);
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
    rig: "embedded",
    sheds: true,
    async happen(scene) {
      const { api } = scene.rig.platform;
      const from = Number((await api.get("/api/memory")).headers.get("vega-sequence"));
      const readers = Array.from({ length: SLOW_READERS }, () => startSlowReader(api.url, from));
      const stop = flood(scene, BUSY_WRITERS);
      await delay(FLOOD_MS);
      await stop();
      const head = Number((await api.get("/api/memory")).headers.get("vega-sequence"));
      for (const reader of readers) reader.read();
      try {
        await until(
          "the slow readers have read all",
          () => readers.every(({ ids }) => (ids.at(-1) ?? 0) >= head),
          60_000,
        );
      } finally {
        for (const reader of readers) reader.stop();
      }
      scene.load.heardBy(readers.map(({ ids }) => ids));
    },
  },
];
