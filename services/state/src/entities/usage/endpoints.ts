import type { UsageDay, UsageRow, UsageTotals } from "@vega/contracts";
import { MAX_USAGE_DAYS, VegaError, ownerKey, timeAfter, usage } from "@vega/contracts";
import type { Endpoint } from "@vega/messaging";
import { endpoint } from "@vega/messaging";
import type { z } from "zod";
import type { StateContext } from "../../state-context.ts";
import { conversationRef, ofOwner } from "../conversations/documents.ts";
import { SYSTEM, usageDayRef, usagePlaceRef } from "./documents.ts";
import { NOTHING_USED, plus } from "./totals.ts";
import type { Store } from "../../store/store.ts";

/** Places that are read at once. */
const PAGE = 1_000;
const DAY_MS = 24 * 3_600_000;

type Asked = z.output<typeof usage.requests.read.input>;
/** Days, both included. */
type Range = Pick<Asked, "from" | "to">;

/** @param days from that one on, or back */
const dayAfter = (day: string, days: number): string =>
  timeAfter(`${day}T00:00:00.000Z`, days * DAY_MS).slice(0, day.length);

/** What was used, from rollups alone: how many messages there are makes no difference. */
export function usageEndpoints(app: StateContext): Endpoint[] {
  const { store, writer } = app;
  return [
    endpoint(usage.requests.read, async (asked) => {
      const days = (Date.parse(asked.to) - Date.parse(asked.from)) / DAY_MS + 1;
      if (days < 1 || days > MAX_USAGE_DAYS) {
        const message = `ask for 1 to ${MAX_USAGE_DAYS} days, the first one first`;
        throw new VegaError("invalid", message, [{ path: "/from", message }]);
      }
      const { sequence } = writer.head();
      const { rows, more } = await read(store, asked);
      const total = rows.reduce((sum: UsageTotals, row) => plus(sum, row), NOTHING_USED);
      return { sequence, total, rows, more };
    }),
  ];
}

async function read(store: Store, asked: Asked): Promise<{ rows: UsageRow[]; more: boolean }> {
  const { of, by, limit } = asked;
  if (by === "user" && of === "all") return mostExpensive(await byUser(store, asked), limit);
  if (by === "conversation") {
    if (of === "all") {
      throw new VegaError("invalid", "by conversation, ask for those of one user");
    }
    return byConversation(store, of.owner, asked);
  }
  const key = of === "all" ? SYSTEM : ownerKey(of.owner);
  const days = await daysOf(store, key, asked);
  if (by === "day") {
    return { rows: days.map(({ day, total }) => ({ key: day, ...total })), more: false };
  }
  if (by === "user") return { rows: summed(days.map(({ total }) => [key, total])), more: false };
  const shares = days.flatMap((day) => (by === "model" ? day.models : day.agents));
  return mostExpensive(summed(shares.map(({ name, ...took }) => [name, took])), limit);
}

async function daysOf(store: Store, owner: string, { from, to }: Range): Promise<UsageDay[]> {
  const found = await store.query("usage_days", {
    prefix: `${owner}/`,
    after: usageDayRef(owner, dayAfter(from, -1)).id,
    before: usageDayRef(owner, dayAfter(to, 1)).id,
  });
  return found.map(({ body }) => body);
}

/** Of those who used something in that time. */
async function byUser(store: Store, range: Range): Promise<UsageRow[]> {
  const owners = new Set<string>();
  let after = usagePlaceRef(range.from, "").id;
  for (;;) {
    const page = await store.query("usage_places", {
      after,
      before: usagePlaceRef(dayAfter(range.to, 1), "").id,
      limit: PAGE,
    });
    for (const { body } of page) owners.add(body.owner);
    const last = page.at(-1);
    if (!last || page.length < PAGE) break;
    after = last.id;
  }
  const rows: UsageRow[] = [];
  for (const owner of owners) {
    const days = await daysOf(store, owner, range);
    rows.push(...summed(days.map(({ total }) => [owner, total])));
  }
  return rows;
}

/** What conversations that were used last in that time took in all, the one used last first. */
async function byConversation(store: Store, owner: string | null, { from, to, limit }: Asked) {
  const prefix = ofOwner(owner);
  const places = await store.query("conversation_order", {
    prefix,
    after: prefix + from,
    before: prefix + dayAfter(to, 1),
    reverse: true,
    limit: limit + 1,
  });
  const found = await Promise.all(
    places
      .slice(0, limit)
      .map(({ body }) =>
        store.get("conversations", conversationRef(owner, body.conversation_id).id),
      ),
  );
  const rows = found.flatMap((conversation): UsageRow[] => {
    if (!conversation) return [];
    return [{ key: conversation.id, ...(conversation.usage ?? NOTHING_USED) }];
  });
  return { rows, more: places.length > limit };
}

function summed(parts: readonly (readonly [string, UsageTotals])[]): UsageRow[] {
  const sums = new Map<string, UsageTotals>();
  for (const [key, took] of parts) sums.set(key, plus(sums.get(key) ?? NOTHING_USED, took));
  return Array.from(sums, ([key, total]) => Object.assign({ key }, total));
}

const tokensOf = (row: UsageRow): number => row.prompt_tokens + row.completion_tokens;

/** Those with the highest cost, and where that is the same, with the most tokens. */
function mostExpensive(rows: readonly UsageRow[], limit: number) {
  const sorted = rows.toSorted((a, b) => b.cost_usd - a.cost_usd || tokensOf(b) - tokensOf(a));
  return { rows: sorted.slice(0, limit), more: rows.length > limit };
}
