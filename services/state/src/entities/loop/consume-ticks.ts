import { LOOP_STREAM, LOOP_TICKED, systemContext } from "@vega/contracts";
import type { Tick } from "@vega/contracts";
import type { Bus, Settlement } from "@vega/messaging";
import { consume } from "@vega/messaging";
import type { StateContext } from "../../state-context.ts";
import { decideAcceptTick } from "./commands.ts";
import { decideSweepMemory } from "../memory/commands.ts";
import { sweepExpiredRuns } from "../agent-runs/endpoints.ts";
import { sweepExpiredMessages } from "../messages/sweep.ts";
import { sweepExpiredGenerations } from "../whitepaper-generations/endpoints.ts";

/** Expired values that one iteration cleans up at most. */
const SWEEP = 500;

/** Takes the loop's ticks over, and does what is due with each. @returns stops that. */
export function consumeTicks(bus: Bus, app: StateContext): () => Promise<void> {
  return consume(bus, {
    stream: LOOP_STREAM,
    subject: LOOP_TICKED.subject,
    data: LOOP_TICKED.data,
    durable: "state",
    handle: (tick) => onTick(bus, app, tick),
  });
}

async function onTick(bus: Bus, app: StateContext, tick: Tick): Promise<Settlement> {
  const context = systemContext("loop");
  const { result } = await app.writer.submit(decideAcceptTick(tick), context);
  if (!result.accepted) {
    // Usually a message that was delivered twice; a tick from another life of the loop looks the same.
    bus.log.debug({ iteration: tick.iteration, at: result.loop.iteration }, "passed over a tick");
    return "done";
  }
  const expired = await app.store.query("memory", { expiresUntil: app.now(), limit: SWEEP });
  if (expired.length > 0) {
    const proposed = expired.map(({ body }) => body);
    await app.writer.submit(decideSweepMemory(proposed), context);
  }
  await sweepExpiredMessages(app, context);
  await sweepExpiredRuns(app, context);
  await sweepExpiredGenerations(app, context);
  if (tick.phase === 8) {
    void app.snapshots.refresh();
    void app.retention.due().then(() => app.backups.due());
  }
  return "done";
}
