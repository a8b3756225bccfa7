import type { Load } from "../load/load.ts";
import type { Random } from "../random.ts";
import type { Rig, RigKind } from "../rig/rig.ts";

/** What a fault may use. */
export interface Scene {
  readonly rig: Rig;
  readonly load: Load;
  readonly random: Random;
  readonly log: (text: string) => void;
}

/** Something that goes wrong. */
export interface Fault {
  readonly name: string;
  readonly rig: RigKind;
  /** Does it, and undoes what does not mend by itself. From its end on counts how long it takes to be healthy. */
  happen(scene: Scene): Promise<void>;
  /** Refusals are in order while it happens, although it is ready: there is more to do than can be done. */
  readonly sheds?: true;
}

/** The part of a rig that a fault is about. */
export function need<Part>(part: Part | undefined): Part {
  if (part === undefined) throw new Error("this rig lacks what the fault needs");
  return part;
}

export const SERVICES = ["state", "auth", "ai", "loop", "gateway"] as const;
export const BUS = "nats-server";
export const PROCESSES = [...SERVICES, BUS] as const;
