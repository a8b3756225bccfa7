import { AGENT_STATES, systemContext } from "@vega/contracts";
import fc from "fast-check";
import { readFileSync } from "node:fs";
import { decideUpdateAgents } from "../entities/agents/update.ts";
import { decideRemoveAgent } from "../entities/agents/remove.ts";
import type { Command } from "../log/decision.ts";
import { decideSetLoopActive } from "../entities/loop/commands.ts";
import { decideSetModule } from "../entities/modules/set.ts";
import { decideRestoreCrystal } from "../entities/crystal/restore.ts";
import {
  decideImportTimeCrystal,
  parseTimeCrystal,
} from "../entities/crystal/time-crystal/import.ts";
import type { Store } from "../store/store.ts";
import { crystalAt } from "./as-of.ts";
import type { Writer } from "../log/writer.ts";

/* Commands at random that change the crystal, for tests of its past. */

const FILE = parseTimeCrystal(
  JSON.parse(
    readFileSync(
      new URL("../entities/crystal/time-crystal/fixtures/time_crystal.v2.json", import.meta.url),
      "utf8",
    ),
  ),
);

const CONTEXT = systemContext("test");

// Few, so that the same ones come and go.
const name = fc.constantFrom("miracore", "scout", "herald");
const state = fc.constantFrom(...AGENT_STATES);
export const step = fc.oneof(
  { weight: 4, arbitrary: fc.record({ kind: fc.constant("agent" as const), name, state }) },
  { weight: 3, arbitrary: fc.record({ kind: fc.constant("remove" as const), name }) },
  fc.record({ kind: fc.constant("module" as const), active: fc.boolean() }),
  fc.record({ kind: fc.constant("loop" as const), active: fc.boolean() }),
  fc.record({ kind: fc.constant("import" as const) }),
  fc.record({ kind: fc.constant("restore" as const), back: fc.nat({ max: 8 }) }),
);
export type Step = typeof step extends fc.Arbitrary<infer Value> ? Value : never;

export async function take(one: Step, store: Store, writer: Writer): Promise<void> {
  const head = writer.head().sequence;
  const command = async (): Promise<Command<unknown>> => {
    if (one.kind === "agent") return decideUpdateAgents([{ name: one.name, state: one.state }]);
    if (one.kind === "remove") return decideRemoveAgent(one.name);
    if (one.kind === "module") {
      return decideSetModule("relax", one.active ? "active" : "inactive");
    }
    if (one.kind === "loop") return decideSetLoopActive(one.active, 1);
    if (one.kind === "import")
      return decideImportTimeCrystal(FILE, { dryRun: false, timeScale: 1 });
    const of = Math.max(1, head - one.back);
    const earlier = await crystalAt(store, of);
    const parts = ["agents", "modules", "loop", "settings"] as const;
    return decideRestoreCrystal({ of, earlier, parts, dryRun: false, timeScale: 1 });
  };
  // An illegal step of an agent is refused and changes nothing; so is the removal of one that is built in or not there.
  await writer.submit(await command(), CONTEXT).catch(() => undefined);
}
