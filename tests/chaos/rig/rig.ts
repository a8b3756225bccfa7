import type { NatsServer, Platform } from "@vega/test-support";
import type { StateConfig } from "@vega/state";
import type { Secantus } from "../../../tools/secantus/start.ts";
import type { BusProxy } from "./bus-proxy.ts";
import type { SmallDisk } from "./small-disk.ts";
import type { Target } from "./target.ts";

/**
 * What the platform stands on: `embedded` as `npm start` does; `small-disk` the same on a file system that can be made
 * full; `apart` with a bus elsewhere, behind a proxy; `mongo` with a database elsewhere; `compose` as docker-compose.yml
 * does.
 */
export type RigKind = "embedded" | "small-disk" | "apart" | "mongo" | "compose";

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

/** What can be done to the containers of docker-compose.yml, each by the name of its service. */
export interface Containers {
  /** kill -9 of what runs in it; Docker starts it again. */
  kill(service: string): Promise<void>;
  pause(service: string): Promise<void>;
  resume(service: string): Promise<void>;
  /** Takes it out of a network. */
  unplug(service: string, network: string): Promise<void>;
  plug(service: string, network: string): Promise<void>;
  /** Ends it, and it stays down. */
  stop(service: string): Promise<void>;
  start(service: string): Promise<void>;
  /** Runs a command of its own in it. */
  run(service: string, ...command: string[]): Promise<void>;
}
