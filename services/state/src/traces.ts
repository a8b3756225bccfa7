import type { Tracer } from "@opentelemetry/api";
import { SpanKind, trace } from "@opentelemetry/api";
import { endSpan, parentContext } from "@vega/messaging";
import type { CommitAttempt } from "./log/writer.ts";
import type { Store } from "./store/store.ts";

const SYSTEMS = { sqlite: "sqlite", mongo: "mongodb" } as const;

/** https://opentelemetry.io/docs/specs/semconv/database/database-spans/ */
const attributesOf = ({ kind }: Pick<Store, "kind">, operation: string) => ({
  "db.system.name": SYSTEMS[kind],
  "db.operation.name": operation,
});

/** A span for each commit in every trace that it has entries of: several requests may share a commit. */
export function traceCommits(
  tracer: Tracer,
  store: Pick<Store, "kind">,
): (attempt: CommitAttempt) => void {
  return ({ entries, outcome, startedAt, endedAt }) => {
    const attributes = { ...attributesOf(store, "commit"), "vega.log.entries": entries.length };
    const parents = new Set(entries.map(({ context }) => context.traceparent));
    for (const parent of parents) {
      if (!parent) continue;
      const options = { kind: SpanKind.CLIENT, attributes, startTime: startedAt };
      const span = tracer.startSpan("commit log", options, parentContext(parent));
      endSpan(span, outcome === "committed" ? undefined : outcome, endedAt);
    }
  };
}

/** The store, with a span for each read within a trace. */
export function traceReads(tracer: Tracer, store: Store): Store {
  const traced = async <Result>(
    operation: string,
    collection: string,
    read: () => Promise<Result>,
  ): Promise<Result> => {
    if (!trace.getActiveSpan()) return read();
    const attributes = { ...attributesOf(store, operation), "db.collection.name": collection };
    const name = `${operation} ${collection}`;
    const span = tracer.startSpan(name, { kind: SpanKind.CLIENT, attributes });
    try {
      const result = await read();
      endSpan(span);
      return result;
    } catch (error) {
      endSpan(span, error instanceof Error ? error.name : "error");
      throw error;
    }
  };
  return {
    kind: store.kind,
    head: () => store.head(),
    format: () => store.format(),
    commit: (batch) => store.commit(batch),
    get: (collection, id) => traced("get", collection, () => store.get(collection, id)),
    query: (collection, query) => traced("query", collection, () => store.query(collection, query)),
    search: (collection, query) =>
      traced("search", collection, () => store.search(collection, query)),
    searchIds: (collection, query) =>
      traced("search", collection, () => store.searchIds(collection, query)),
    indexOlder: () => store.indexOlder(),
    readLog: (range) => traced("read", "log", () => store.readLog(range)),
    queryLog: (filter) => traced("query", "log", () => store.queryLog(filter)),
    snapshot: () => store.snapshot(),
    check: (depth) => store.check(depth),
    scrub: () => store.scrub(),
    ping: () => store.ping(),
    close: () => store.close(),
  };
}
