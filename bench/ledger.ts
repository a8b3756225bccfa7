/** What was written and what of it was acknowledged, to compare with what is remembered in the end. */
export interface Ledger {
  /** Every key with a first value. */
  readonly start: Readonly<Record<string, number>>;
  /** The next write of one of so many connections: `{"update": {key: value}}`. */
  next(connection: number, connections: number): string;
  answered(connection: number, status: number): void;
  acknowledged(): number;
  /** What is not as it was acknowledged. */
  faults(memory: Readonly<Record<string, unknown>>): string[];
}

const name = (key: number) => `bench-${String(key).padStart(4, "0")}`;

/**
 * Each key belongs to one connection at a time, so that its writes have an order and its last acknowledged value is known.
 * @param keys how many there are; at least as many as connections.
 */
export function createLedger(keys: number): Ledger {
  const start = Object.fromEntries(Array.from({ length: keys }, (_, key) => [name(key), 0]));
  /** What each key may hold: the last acknowledged value, and those after it whose outcome is unknown. */
  const possible = new Map<string, number[]>(Object.keys(start).map((key) => [key, [0]]));
  const underWay = new Map<number, { key: string; value: number }>();
  let written = 0;
  let acknowledged = 0;
  return {
    start,
    next(connection, connections) {
      written += 1;
      const turn = Math.floor(written / connections);
      const own = Math.ceil((keys - connection) / connections);
      const key = name(connection + (turn % own) * connections);
      underWay.set(connection, { key, value: written });
      return JSON.stringify({ update: { [key]: written } });
    },
    answered(connection, status) {
      const write = underWay.get(connection);
      if (!write) throw new Error(`connection ${connection} has written nothing`);
      underWay.delete(connection);
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
