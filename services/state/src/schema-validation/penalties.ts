/** For this time, ms, a schema that exceeded a limit is refused without another job, and its owner is a suspect. */
const REFUSED_MS = 30_000;
/** Namespaces and owners kept; the oldest is dropped first. */
const MAX_KEPT = 1_000;

/** Processor time that an owner's jobs may take at once, and regain in a second, ms. */
const ALLOWANCE_MS = 2_500;
const REGAINED_MS = 250;
/** A job over its limit costs that time and another start of the worker. */
const EXCEEDED_COSTS_MS = 500;

/**
 * Keeps owners of hostile schemas from using the workers all the time. The allowance is generous: a usual value takes
 * less than 0.1 ms. Times are milliseconds of any steady clock.
 */
export interface Penalties {
  /** Milliseconds for which this schema is refused because it exceeded a limit in this namespace; 0: it is not. */
  refusedMs(namespace: string, schema: string, now: number): number;
  /** Milliseconds until the owner has processor time again; 0: now. */
  waitMs(owner: string, now: number): number;
  /** Whether a job of this owner exceeded a limit lately. */
  isSuspect(owner: string, now: number): boolean;
  exceeded(owner: string, namespace: string, schema: string, now: number): void;
  used(owner: string, cpuMs: number, now: number): void;
}

export function createPenalties(): Penalties {
  const refused = new Map<string, { schema: string; until: number }>();
  const suspects = new Map<string, number>();
  const allowances = new Map<string, { left: number; at: number }>();

  const leftOf = (owner: string, now: number): number => {
    const kept = allowances.get(owner);
    if (!kept) return ALLOWANCE_MS;
    return Math.min(ALLOWANCE_MS, kept.left + ((now - kept.at) / 1_000) * REGAINED_MS);
  };
  const used = (owner: string, cpuMs: number, now: number) =>
    setNewest(allowances, owner, { left: leftOf(owner, now) - cpuMs, at: now });

  return {
    used,
    refusedMs(namespace, schema, now) {
      const found = refused.get(namespace);
      return found?.schema === schema ? Math.max(0, found.until - now) : 0;
    },
    isSuspect: (owner, now) => (suspects.get(owner) ?? 0) > now,
    waitMs: (owner, now) => Math.max(0, (-leftOf(owner, now) / REGAINED_MS) * 1_000),
    exceeded(owner, namespace, schema, now) {
      setNewest(refused, namespace, { schema, until: now + REFUSED_MS });
      setNewest(suspects, owner, now + REFUSED_MS);
      used(owner, EXCEEDED_COSTS_MS, now);
    },
  };
}

function setNewest<Value>(map: Map<string, Value>, key: string, value: Value): void {
  map.delete(key);
  map.set(key, value);
  const oldest = map.size > MAX_KEPT ? map.keys().next().value : undefined;
  if (oldest !== undefined) map.delete(oldest);
}
