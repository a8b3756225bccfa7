import type { Generation, RequestContext } from "@vega/contracts";
import { MAX_WHITEPAPERS, VegaError, ownerKey, whitepaperGenerations } from "@vega/contracts";
import type { Endpoint } from "@vega/messaging";
import { endpoint } from "@vega/messaging";
import { randomUUID } from "node:crypto";
import type { StateContext } from "../../state-context.ts";
import {
  decideBeginGeneration,
  decideCancelGeneration,
  decideFinishGeneration,
  decideProgressGeneration,
  decideSweepGenerations,
  generationRef,
} from "./commands.ts";
import { timeOrderedId } from "./time-ordered-id.ts";

/** Generations of an owner that are kept; the oldest beyond that are removed. */
const MAX_KEPT = 200;
/** Generations that one sweep ends at most. */
const SWEEP = 100;

type Address = Pick<Generation, "owner" | "id">;

const prefixOf = (owner: string | null) => `${ownerKey(owner)}/`;

export function whitepaperGenerationEndpoints({ store, writer }: StateContext): Endpoint[] {
  const find = async (address: Address): Promise<Generation> => {
    const found = await store.get("whitepaper_generations", generationRef(address).id);
    if (!found) throw new VegaError("not_found", `there is no generation ${address.id}`);
    return found;
  };
  return [
    endpoint(
      whitepaperGenerations.requests.begin,
      async ({ owner, input, lease_seconds }, { context, deadline }) => {
        const prefix = prefixOf(owner);
        const kept = await store.query("whitepaper_generations", { prefix, limit: MAX_KEPT + 1 });
        const oldest = kept
          .slice(0, Math.max(0, kept.length + 1 - MAX_KEPT))
          .filter(({ body }) => body.status !== "running")
          .map(({ body }) => body.id);
        const address = { owner, id: timeOrderedId(Date.now(), randomUUID()) };
        const leaseMs = lease_seconds * 1_000;
        const command = decideBeginGeneration({ address, input, leaseMs, oldest });
        const { result, sequence } = await writer.submit(command, context, deadline);
        return { sequence, generation: result };
      },
    ),
    endpoint(
      whitepaperGenerations.requests.progress,
      async ({ owner, id, progress, lease_seconds }, { context, deadline }) => {
        const command = decideProgressGeneration({ owner, id }, progress, lease_seconds * 1_000);
        const { sequence } = await writer.submit(command, context, deadline);
        return { sequence };
      },
    ),
    endpoint(
      whitepaperGenerations.requests.finish,
      async ({ owner, id, progress, outcome }, { context, deadline }) => {
        const before = await find({ owner, id });
        const count = (await store.query("whitepapers", { limit: MAX_WHITEPAPERS })).length;
        const draft = { id: randomUUID(), count };
        const command = decideFinishGeneration(before, progress, outcome, draft);
        const { result, sequence } = await writer.submit(command, context, deadline);
        return { sequence, generation: result };
      },
    ),
    endpoint(whitepaperGenerations.requests.cancel, async (address, { context, deadline }) => {
      const command = decideCancelGeneration(address);
      const { result, sequence } = await writer.submit(command, context, deadline);
      return { sequence, generation: result };
    }),
    endpoint(whitepaperGenerations.requests.get, async (address) => {
      const { sequence } = writer.head();
      return { sequence, generation: await find(address) };
    }),
    endpoint(whitepaperGenerations.requests.list, async ({ owner, cursor, limit }) => {
      const { sequence } = writer.head();
      const prefix = prefixOf(owner);
      const found = await store.query("whitepaper_generations", {
        prefix,
        reverse: true,
        limit: limit + 1,
        ...(cursor != null && { before: prefix + cursor }),
      });
      const page = found.slice(0, limit).map(({ body }) => body);
      const last = found.length > limit ? page.at(-1) : undefined;
      return { sequence, generations: page, next_cursor: last?.id ?? null };
    }),
  ];
}

/** Marks generations with an expired lease as failed. They are not repeated. */
export async function sweepExpiredGenerations(
  app: StateContext,
  context: RequestContext,
): Promise<void> {
  const due = { expiresUntil: app.now(), limit: SWEEP };
  const over = await app.store.query("whitepaper_generations", due);
  if (over.length === 0) return;
  await app.writer.submit(decideSweepGenerations(over.map(({ body }) => body)), context);
}
