import type { AuditEntry, JsonObject } from "@vega/contracts";
import { audit, memory } from "@vega/contracts";
import type { Endpoint } from "@vega/messaging";
import { endpoint } from "@vega/messaging";
import type { z } from "zod";
import type { StateContext } from "../../state-context.ts";
import { endOf, pastOnly, patternOf, rangeOf } from "../../history/log-pages.ts";
import { compactedAround } from "../../retention/compacted-ranges.ts";
import type { NewEvent } from "../../log/decision.ts";
import { accept, event } from "../../log/decision.ts";
import type { LogEntry } from "../../store/store.ts";

/** Maximum bytes of a page: a message on the bus is limited. */
const MAX_PAGE_BYTES = 512 * 1024;

/** The log as an audit trail. */
export function auditEndpoints({ store, writer, now }: StateContext): Endpoint[] {
  return [
    endpoint(audit.requests.query, async ({ thinned: wanted, ...query }) => {
      const { actor, action, subject, from, before, limit } = query;
      const to = pastOnly(query.to, now());
      const head = await store.head();
      const found = await store.queryLog({
        actor,
        from,
        before: await endOf(store, to, before),
        // One more than requested shows whether there is a next page.
        limit: limit + 1,
        ...patternOf(action, "type", "typePrefix"),
        ...patternOf(subject, "subject", "subjectPrefix"),
      });
      const entries: AuditEntry[] = [];
      let bytes = 0;
      for (const entry of found.slice(0, limit)) {
        const shown = toAuditEntry(entry);
        bytes += JSON.stringify(shown).length;
        // One is always given, so that a reader gets on.
        if (entries.length > 0 && bytes > MAX_PAGE_BYTES) break;
        entries.push(shown);
      }
      const last = entries.length < found.length ? entries.at(-1) : undefined;
      const sequence = head?.sequence ?? 0;
      const range = wanted && (await rangeOf(store, { from, to, before, head: sequence }, last));
      const shown = entries.map((entry) => entry.sequence);
      const thinned = range ? await compactedAround(store, shown, range) : [];
      return { sequence, entries, thinned, next_before: last?.sequence ?? null };
    }),
    endpoint(audit.requests.note, async ({ note }, { context, deadline }) => {
      const recorded = eventOf(note);
      const command = { reads: [], decide: () => accept([recorded], null) };
      const { sequence } = await writer.submit(command, context, deadline);
      return { sequence };
    }),
  ];
}

export function toAuditEntry(entry: LogEntry): AuditEntry {
  const {
    sequence,
    id,
    time,
    clock,
    type,
    subject,
    context,
    origin,
    data,
    erased = false,
    digest,
    previous_hash,
    hash,
  } = entry;
  return {
    sequence,
    id,
    time,
    ...(clock !== undefined && { clock }),
    action: type,
    subject: erased ? null : subject,
    actor: erased ? null : context.actor.id,
    // Entries of older versions have it in their context.
    address: origin?.address ?? context.actor.address ?? null,
    user_agent: origin?.user_agent ?? context.actor.user_agent ?? null,
    request_id: context.request_id ?? null,
    traceparent: context.traceparent ?? null,
    data: data === null ? null : withoutValue(type, data),
    erased,
    digest,
    previous_hash,
    hash,
  };
}

/** The audit trail shows that a value of memory changed, not the value. */
function withoutValue(type: string, data: JsonObject): JsonObject {
  if (type !== memory.events.changed.type) return data;
  const { value: _value, ...rest } = data;
  return rest;
}

function eventOf(note: z.output<typeof audit.requests.note.input>["note"]): NewEvent {
  switch (note.type) {
    case audit.events.loginFailed.type:
      return event(audit.events.loginFailed, `users/${note.data.user_id ?? "unknown"}`, note.data);
    case audit.events.accessDenied.type:
      return event(
        audit.events.accessDenied,
        `routes/${note.data.method} ${note.data.route}`,
        note.data,
      );
    default:
      return event(audit.events.adminRead, `routes/GET ${note.data.route}`, note.data);
  }
}
