import type { Tick } from "@vega/contracts";
import { until } from "@vega/test-support";
import { join } from "node:path";
import { preparePlatform } from "../platform.ts";
import { lastTick } from "./iterations.ts";

/** A tick with what the services of a live system report, and facts of that system. */
export async function takeTemplate(): Promise<{ template: Tick; facts: object }> {
  const platform = await preparePlatform({ LOOP_TIME_SCALE: "0.1" });
  try {
    await platform.start();
    await until("the loop runs", async () => {
      const { body } = await platform.api.get("/api/status");
      return body.meta.infinity_loop_iteration >= 10;
    });
    await platform.end("SIGINT");
    const template = await lastTick(join(platform.folder, "data", "vega.db"));
    const facts = { nats_server: platform.natsVersion(), store: platform.store };
    return { template, facts };
  } finally {
    await platform.close();
  }
}
