/** The expected state: each write and its acknowledgement, to compare with the memory that the platform returns. */
export interface Oracle {
  /** Every key with a first value. */
  readonly start: Readonly<Record<string, number>>;
  /** The next write of one of `connections`: `{"update": {key: value}}`. */
  next(connection: number, connections: number): string;
  onResponse(connection: number, status: number): void;
  acknowledged(): number;
  /** Keys whose value differs from the acknowledged one. */
  faults(memory: Readonly<Record<string, unknown>>): string[];
}

const name = (key: number) => `bench-${String(key).padStart(4, "0")}`;

/**
 * A key belongs to one connection at a time, so that its writes have an order and its last acknowledged value is known.
 * @param keys at least the number of connections
 */
export function createOracle(keys: number): Oracle {
  const start = Object.fromEntries(Array.from({ length: keys }, (_, key) => [name(key), 0]));
  /** Values each key may hold: the last acknowledged one, and later ones whose outcome is unknown. */
  const possible = new Map<string, number[]>(Object.keys(start).map((key) => [key, [0]]));
  const inFlight = new Map<number, { key: string; value: number }>();
  let written = 0;
  let acknowledged = 0;
  return {
    start,
    next(connection, connections) {
      written += 1;
      const pass = Math.floor(written / connections);
      const own = Math.ceil((keys - connection) / connections);
      const key = name(connection + (pass % own) * connections);
      inFlight.set(connection, { key, value: written });
      return JSON.stringify({ update: { [key]: written } });
    },
    onResponse(connection, status) {
      const write = inFlight.get(connection);
      if (!write) throw new Error(`connection ${connection} has no write in flight`);
      inFlight.delete(connection);
      if (status === 200) {
        acknowledged += 1;
        possible.set(write.key, [write.value]);
      } else possible.get(write.key)?.push(write.value);
    },
    acknowledged: () => acknowledged,
    faults(memory) {
      return [...possible]
        .filter(([key, values]) => !values.includes(memory[key] as number))
        .map(([key, values]) => `${key} is ${String(memory[key])}, not ${values.join(" or ")}`);
    },
  };
}
