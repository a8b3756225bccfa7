import type { JsonObject, MemoryEntry } from "@vega/contracts";
import { VegaError, memory, memoryId, readNamespace, timeAfter } from "@vega/contracts";
import type { Command, MemoryIndex, NewEvent, DecisionView } from "../../log/decision.ts";
import type { DocumentRef } from "../../store/document-ref.ts";
import { accept, event, memoryIndex, refuse } from "../../log/decision.ts";
import { documentRef } from "../../store/document-ref.ts";

/** Limits of memory. Bytes are UTF-8 bytes of values as JSON. */
export interface MemoryLimits {
  readonly valueBytes: number;
  readonly keys: number;
  readonly namespaceBytes: number;
  readonly schemaBytes: number;
}

export interface NewValue {
  readonly key: string;
  readonly value: MemoryEntry["value"];
  readonly ttl_seconds?: number | null | undefined;
}

/** Whether a value has expired, also before its cleanup. */
export function isExpired(entry: { expires_at: string | null }, now: string): boolean {
  return entry.expires_at !== null && entry.expires_at <= now;
}

/** The namespace's name as its owner gave it. */
const nameOf = (stored: string) => readNamespace(stored).namespace;

export const nothingThere = (namespace: string, key: string): string =>
  `there is nothing under ${JSON.stringify(key)} in ${nameOf(namespace)}`;

/** The user document of the owner, which must exist; none for shared memory. */
const ownerOf = (stored: string): DocumentRef<"users">[] => {
  const { owner } = readNamespace(stored);
  return owner === null ? [] : [documentRef("users", owner)];
};

/** Whether the owner's account was erased. Its access tokens stay valid for a short time, and must not create data. */
const isOrphan = (view: DecisionView, stored: string): boolean =>
  ownerOf(stored).some((ref) => view.get(ref) === undefined);

const orphaned = () => refuse("unauthorized", "the account is gone");

const subjectOf = (namespace: string, key: string) => `memory/${memoryId(namespace, key)}`;

/** The result of validating a put's values, which takes place before the command, in another thread. */
export interface SchemaCheck {
  readonly schema: JsonObject;
  /** Undefined: the values meet the schema. */
  readonly refusal: VegaError | undefined;
}

/** The values were not checked against the schema in force. The caller checks them against it and puts them again. */
export class SchemaChangedError extends VegaError {
  readonly schema: JsonObject;
  constructor(namespace: string, schema: JsonObject) {
    super("unavailable", `the schema of ${nameOf(namespace)} changed meanwhile; try again`);
    this.schema = schema;
  }
}

/** Whether values alone exceed the limits. */
export function exceedsLimits(values: readonly NewValue[], limits: MemoryLimits): boolean {
  const sizes = values.map(({ value }) => Buffer.byteLength(JSON.stringify(value)));
  const total = sizes.reduce((sum, bytes) => sum + bytes, 0);
  return total > limits.namespaceBytes || sizes.some((bytes) => bytes > limits.valueBytes);
}

/** Stores values of a namespace, all or none. */
export function decidePutMemory(
  namespace: string,
  values: readonly NewValue[],
  limits: MemoryLimits,
  check?: SchemaCheck,
): Command<MemoryEntry[]> {
  return {
    reads: [memoryIndex(namespace), ...ownerOf(namespace)],
    decide(view, now) {
      if (isOrphan(view, namespace)) return orphaned();
      const index = view.memoryIndex(namespace);
      const entries = new Map<string, MemoryEntry>();
      for (const { key, value, ttl_seconds } of values) {
        const path = `/${key}`;
        if (entries.has(key)) {
          return refuse("invalid", "a key stands twice", [{ path, message: "name it once" }]);
        }
        const bytes = Buffer.byteLength(JSON.stringify(value));
        if (bytes > limits.valueBytes) {
          return refuse("too_large", `a value may have at most ${limits.valueBytes} bytes`, [
            { path, message: `has ${bytes} bytes as JSON` },
          ]);
        }
        const expires_at = ttl_seconds == null ? null : timeAfter(now, ttl_seconds * 1_000);
        entries.set(key, { namespace, key, value, expires_at, updated_at: now, bytes });
      }
      const fault = limitProblem(index, entries, limits, now);
      if (fault) return refuse("limit_exceeded", fault);
      if (index.schema !== null) {
        const error = isSame(index.schema, check?.schema)
          ? check?.refusal
          : new SchemaChangedError(namespace, index.schema);
        if (error) return { ok: false, error };
      }
      const events = [...entries.values()].map((entry) =>
        event(memory.events.changed, subjectOf(namespace, entry.key), entry),
      );
      return accept(events, [...entries.values()]);
    },
  };
}

function limitProblem(
  index: MemoryIndex,
  added: ReadonlyMap<string, { bytes: number }>,
  limits: MemoryLimits,
  now: string,
): string | undefined {
  let keys = added.size;
  let bytes = 0;
  for (const entry of added.values()) bytes += entry.bytes;
  for (const [key, entry] of index.keys) {
    if (added.has(key) || isExpired(entry, now)) continue;
    keys += 1;
    bytes += entry.bytes;
  }
  if (keys > limits.keys) return `a namespace may have at most ${limits.keys} keys`;
  if (bytes > limits.namespaceBytes) {
    return `a namespace may hold at most ${limits.namespaceBytes} bytes; it would hold ${bytes}`;
  }
  return undefined;
}

/** Deletes one value. */
export function decideDeleteMemory(namespace: string, key: string): Command<null> {
  return {
    reads: [memoryIndex(namespace)],
    decide(view, now) {
      const entry = view.memoryIndex(namespace).keys.get(key);
      if (!entry || isExpired(entry, now)) {
        return refuse("not_found", nothingThere(namespace, key));
      }
      return accept([forget(namespace, key, "deleted")], null);
    },
  };
}

/** Deletes the proposed values that have expired. */
export function decideSweepMemory(
  proposed: readonly { namespace: string; key: string }[],
): Command<{ removed: number }> {
  return {
    reads: proposed.map(({ namespace }) => memoryIndex(namespace)),
    decide(view, now) {
      // A value may have been renewed since it was proposed.
      const events = proposed
        .filter(({ namespace, key }) => {
          const entry = view.memoryIndex(namespace).keys.get(key);
          return entry !== undefined && isExpired(entry, now);
        })
        .map(({ namespace, key }) => forget(namespace, key, "expired"));
      return accept(events, { removed: events.length });
    },
  };
}

function forget(namespace: string, key: string, reason: "deleted" | "expired"): NewEvent {
  return event(memory.events.deleted, subjectOf(namespace, key), { namespace, key, reason });
}

const isSame = (one: JsonObject | null, other: JsonObject | null | undefined): boolean =>
  one === other || JSON.stringify(one) === JSON.stringify(other);

/**
 * Sets or removes the JSON Schema of a namespace. Existing values are not checked. The caller has compiled the schema
 * before: compiling it here could block the writer.
 */
export function decideConfigureMemory(namespace: string, schema: JsonObject | null): Command<null> {
  return {
    reads: [memoryIndex(namespace), ...ownerOf(namespace)],
    decide(view) {
      if (isOrphan(view, namespace)) return orphaned();
      if (isSame(view.memoryIndex(namespace).schema, schema)) return accept([], null);
      const subject = `memory_namespaces/${namespace}`;
      return accept([event(memory.events.configured, subject, { namespace, schema })], null);
    },
  };
}
