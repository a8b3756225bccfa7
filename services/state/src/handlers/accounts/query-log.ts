import type { LogEntry, Store } from "../../store/store.ts";

export interface LogFilter {
  readonly actor?: string;
  readonly subjectPrefix?: string;
  readonly before?: number;
  readonly limit: number;
}

/** Entries of the log that meet a filter, newest first; none from a store that can't look for them. */
export async function queryLog(store: Store, filter: LogFilter): Promise<LogEntry[]> {
  const able = store as Store & { queryLog?: (filter: LogFilter) => Promise<LogEntry[]> };
  return (await able.queryLog?.(filter)) ?? [];
}
