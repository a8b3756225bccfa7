import type { RequestContext } from "@vega/contracts";
import type { App } from "../../app/app.ts";
import { sweepMessages } from "../../domain/conversations/answer.ts";
import type { MessageLease } from "../../store/collections.ts";

/** Messages that one sweep ends at most: each may have a MiB. */
const SWEEP = 50;

/** Ends answers whose maker gives no sign of life any more: they are truncated, with what had arrived. */
export async function sweepLostAnswers(app: App, context: RequestContext): Promise<void> {
  const over = await app.store.query("message_leases", { expiresUntil: app.now(), limit: SWEEP });
  if (over.length === 0) return;
  const leases = over.map(({ body }) => body as unknown as MessageLease);
  await app.writer.submit(sweepMessages(leases), context);
}
