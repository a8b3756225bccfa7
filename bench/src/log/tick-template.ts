import type { Tick } from "@vega/contracts";
import { until } from "@vega/test-support";
import { join } from "node:path";
import { preparePlatform } from "../cluster/platform.ts";
import { lastTick } from "./growing-log.ts";

/** A tick of a live system with the reports of its services, and the versions of that system. */
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
