import type { Tracing } from "@vega/service-kit";
import type { CommitAttempt } from "./log/writer.ts";
import type { Store } from "./store/store.ts";

const SYSTEMS = { sqlite: "sqlite", mongo: "mongodb" } as const;

/** https://opentelemetry.io/docs/specs/semconv/database/database-spans/ */
const attributesOf = ({ kind }: Pick<Store, "kind">, operation: string) => ({
  "db.system.name": SYSTEMS[kind],
  "db.operation.name": operation,
});

/** Shows each commit in the traces of all that it has entries of: many may share one. */
export function traceCommits(
  tracing: Tracing,
  store: Pick<Store, "kind">,
): (tried: CommitAttempt) => void {
  return ({ entries, outcome, startedAt, endedAt }) => {
    const attributes = { ...attributesOf(store, "commit"), "vega.log.entries": entries.length };
    const parents = new Set(entries.map(({ context }) => context.traceparent));
    for (const parent of parents) {
      if (!parent) continue;
      const span = tracing.start("commit log", { kind: "client", parent, attributes, startedAt });
      span.end(outcome === "committed" ? undefined : outcome, endedAt);
    }
  };
}

/** The store, with a span for each read that happens within one. */
export function traceReads(tracing: Tracing, store: Store): Store {
  const traced = async <Result>(
    operation: string,
    collection: string,
    read: () => Promise<Result>,
  ): Promise<Result> => {
    const parent = tracing.current();
    if (!parent) return read();
    const attributes = { ...attributesOf(store, operation), "db.collection.name": collection };
    const name = `${operation} ${collection}`;
    const span = tracing.start(name, { kind: "client", parent, attributes });
    try {
      const result = await read();
      span.end();
      return result;
    } catch (error) {
      span.end(error instanceof Error ? error.name : "error");
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
    readLog: (range) => traced("read", "log", () => store.readLog(range)),
    queryLog: (filter) => traced("query", "log", () => store.queryLog(filter)),
    snapshot: () => store.snapshot(),
    check: (depth) => store.check(depth),
    scrub: () => store.scrub(),
    ping: () => store.ping(),
    close: () => store.close(),
  };
}
