import { startFaultProvider } from "@vega/ai/testing";
import { createPlatform, startNatsServer } from "@vega/test-support";
import { randomUUID } from "node:crypto";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { startSecantus } from "../../../tools/secantus/start.ts";
import { startBusProxy } from "./bus-proxy.ts";
import { openContainers } from "./containers.ts";
import { mountSmallDisk } from "./small-disk.ts";

import type { Cluster, ClusterKind } from "./cluster.ts";
import { TIME_SCALE } from "./cluster.ts";

const CLOCK = pathToFileURL(join(import.meta.dirname, "clock.mjs")).href;

export const openCluster = (kind: ClusterKind, log: (text: string) => void): Promise<Cluster> =>
  kind === "compose" ? openContainers(log) : openProcesses(kind, log);

async function openProcesses(
  kind: Exclude<ClusterKind, "compose">,
  log: (text: string) => void,
): Promise<Cluster> {
  const undo: (() => Promise<unknown>)[] = [];
  const close = async () => {
    for (const step of undo.splice(0).toReversed()) await step();
  };
  try {
    const folder = await mkdtemp(join(tmpdir(), "vega-chaos-"));
    undo.push(() => rm(folder, { recursive: true, force: true }));
    const provider = await startFaultProvider();
    undo.push(() => provider.close());
    provider.behave("wall", { kind: "answer", everyMs: 5 });
    const providers = join(folder, "providers.json");
    const wall = { id: "wall", kind: "openai-compatible", base_url: provider.baseUrl };
    await writeFile(providers, JSON.stringify({ providers: [wall] }));

    const nats = kind === "external-bus" ? await startNatsServer() : undefined;
    if (nats) undo.push(() => nats.close());
    const proxy = nats && (await startBusProxy(Number(new URL(nats.url).port)));
    if (proxy) undo.push(() => proxy.close());
    const mongo = kind === "mongo" ? await startSecantus({ log }) : undefined;
    if (mongo) undo.push(() => mongo.close());
    const mongoUrl = mongo?.urlOf(`chaos_${randomUUID().slice(0, 8)}`);

    const clock = join(folder, "clock.json");
    const platform = await createPlatform({
      LOG_LEVEL: process.env["LOG_LEVEL"] ?? "warn",
      LOOP_TIME_SCALE: TIME_SCALE,
      VEGA_PROVIDERS_FILE: providers,
      VEGA_CHAOS_CLOCK: clock,
      NODE_OPTIONS: `--import=${CLOCK}`,
      ...(nats && proxy ? { NATS_URL: through(nats.url, proxy.port) } : {}),
      ...(mongoUrl ? { MONGODB_URL: mongoUrl } : {}),
    });
    const data = join(platform.folder, "data");
    undo.push(() => platform.close());
    const disk = kind === "small-disk" ? await mountSmallDisk(data) : undefined;
    if (disk) undo.push(() => disk.close());
    undo.push(() => platform.end("SIGTERM"));
    await platform.start();

    const offsets: Record<string, number> = {};
    return {
      platform: {
        api: platform.api,
        token: "a-token-for-tests-only",
        model: "wall/wall",
        ready: () => platform.ready(),
        output: async () => platform.output(),
      },
      processes: platform,
      store: async () =>
        mongoUrl ? { kind: "mongo", url: mongoUrl } : { kind: "sqlite", folder: data },
      disk,
      proxy,
      nats,
      mongo,
      async moveClocks(services, byMs) {
        for (const name of services) offsets[name] = (offsets[name] ?? 0) + byMs;
        await writeFile(clock, JSON.stringify(offsets));
      },
      close,
    };
  } catch (error) {
    await close();
    throw error;
  }
}

function through(url: string, port: number): string {
  const changed = new URL(url);
  changed.port = String(port);
  return changed.href;
}
