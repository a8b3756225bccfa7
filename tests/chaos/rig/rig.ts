import { startFaultProvider } from "@vega/ai/testing";
import type { StateConfig } from "@vega/state";
import type { NatsServer, Platform } from "@vega/test-support";
import { createPlatform, startNatsServer } from "@vega/test-support";
import { randomUUID } from "node:crypto";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import type { Secantus } from "../../../tools/secantus/start.ts";
import { startSecantus } from "../../../tools/secantus/start.ts";
import type { BusProxy } from "./bus-proxy.ts";
import { startBusProxy } from "./bus-proxy.ts";
import type { Containers } from "./containers.ts";
import { openContainers } from "./containers.ts";
import type { SmallDisk } from "./small-disk.ts";
import { mountSmallDisk } from "./small-disk.ts";
import type { Target } from "./target.ts";

/**
 * What the platform stands on: `embedded` as `npm start` does; `small-disk` the same on a file system that can be made
 * full; `apart` with a bus elsewhere, behind a proxy; `mongo` with a database elsewhere; `compose` as docker-compose.yml
 * does.
 */
export type RigKind = "embedded" | "small-disk" | "apart" | "mongo" | "compose";

const CLOCK = pathToFileURL(join(import.meta.dirname, "clock.mjs")).href;
/** An iteration every quarter of a second. */
export const TIME_SCALE = "0.05";

/** The platform with what can be broken about it: the parts that a kind of rig has. */
export interface Rig {
  readonly platform: Target;
  /** Where its documents and its log are. */
  store(): Promise<StateConfig["store"]>;
  /** As `npm start` runs them. */
  readonly processes?: Platform;
  /** Moves the clocks of these services, by milliseconds on top of what they are off by. */
  moveClocks?(services: readonly string[], byMs: number): Promise<void>;
  readonly disk?: SmallDisk | undefined;
  readonly proxy?: BusProxy | undefined;
  /** Of the test's own; else the platform has one. */
  readonly nats?: NatsServer | undefined;
  readonly mongo?: Secantus | undefined;
  readonly containers?: Containers;
  close(): Promise<void>;
}

export const openRig = (kind: RigKind, log: (text: string) => void): Promise<Rig> =>
  kind === "compose" ? openContainers(log) : openProcesses(kind, log);

async function openProcesses(
  kind: Exclude<RigKind, "compose">,
  log: (text: string) => void,
): Promise<Rig> {
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

    const nats = kind === "apart" ? await startNatsServer() : undefined;
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
