import type { RequestContext } from "@vega/contracts";
import type { StateContext } from "../../state-context.ts";
import { decideSweepMessages } from "./finish.ts";
import { decideSweepHolds } from "../usage/holds.ts";

/** Messages that one sweep ends at most: each may have 1 MiB. */
const SWEEP = 50;

/** Truncates streaming messages with an expired lease, and releases expired budget reservations of other calls. */
export async function sweepExpiredMessages(
  app: StateContext,
  context: RequestContext,
): Promise<void> {
  const due = { expiresUntil: app.now(), limit: SWEEP };
  const over = await app.store.query("message_leases", due);
  if (over.length > 0) {
    const leases = over.map(({ body }) => body);
    await app.writer.submit(decideSweepMessages(leases), context);
  }
  const held = await app.store.query("usage_holds", due);
  if (held.length > 0) {
    const holds = held.map(({ body }) => body);
    await app.writer.submit(decideSweepHolds(holds), context);
  }
}
