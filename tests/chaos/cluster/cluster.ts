import type { NatsServer, Platform } from "@vega/test-support";
import type { StateConfig } from "@vega/state";
import type { Secantus } from "../../../tools/secantus/start.ts";
import type { BusProxy } from "./bus-proxy.ts";
import type { SmallDisk } from "./small-disk.ts";
import type { Target } from "./target.ts";

/**
 * `embedded`: as `npm start` runs it. `small-disk`: the same on a file system that can be filled. `external-bus`: with a
 * separate bus behind a proxy. `mongo`: with a MongoDB server. `compose`: as docker-compose.yml runs it.
 */
export type ClusterKind = "embedded" | "small-disk" | "external-bus" | "mongo" | "compose";

/** About four iterations a second. */
export const TIME_SCALE = "0.05";

/** A running platform, and the parts of this kind of cluster that faults act on. */
export interface Cluster {
  readonly platform: Target;
  /** The store with the documents and the log. */
  store(): Promise<StateConfig["store"]>;
  /** The processes of `npm start`. */
  readonly processes?: Platform;
  /** Moves the clocks of these services by milliseconds, in addition to earlier moves. */
  moveClocks?(services: readonly string[], byMs: number): Promise<void>;
  readonly disk?: SmallDisk | undefined;
  readonly proxy?: BusProxy | undefined;
  /** A bus that the test started; otherwise the platform runs its own. */
  readonly nats?: NatsServer | undefined;
  readonly mongo?: Secantus | undefined;
  readonly containers?: Containers;
  close(): Promise<void>;
}

/** Actions on the containers of docker-compose.yml, by service name. */
export interface Containers {
  /** Kills the process in it with SIGKILL; Docker restarts the container. */
  kill(service: string): Promise<void>;
  pause(service: string): Promise<void>;
  resume(service: string): Promise<void>;
  /** Disconnects it from a network. */
  unplug(service: string, network: string): Promise<void>;
  plug(service: string, network: string): Promise<void>;
  /** Stops it without a restart. */
  stop(service: string): Promise<void>;
  start(service: string): Promise<void>;
  /** Runs a command in it. */
  run(service: string, ...command: string[]): Promise<void>;
}
