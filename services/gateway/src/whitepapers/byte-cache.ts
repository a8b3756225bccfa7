/** Results by key, the least recently used are dropped beyond a number of bytes. */
export interface ByteCache<Value extends { readonly bytes: Uint8Array }> {
  /** The value of a key; made once for all that wait for it. A failure is not kept. */
  get(key: string, make: () => Promise<Value>): Promise<Value>;
}

export function createByteCache<Value extends { readonly bytes: Uint8Array }>(
  maxBytes: number,
): ByteCache<Value> {
  const made = new Map<string, Value>();
  const underWay = new Map<string, Promise<Value>>();
  let total = 0;

  const drop = (key: string) => {
    total -= made.get(key)?.bytes.byteLength ?? 0;
    made.delete(key);
  };
  const keep = (key: string, value: Value) => {
    if (value.bytes.byteLength > maxBytes) return;
    drop(key);
    made.set(key, value);
    total += value.bytes.byteLength;
    for (const oldest of made.keys()) {
      if (total <= maxBytes) return;
      drop(oldest);
    }
  };

  return {
    async get(key, make) {
      const known = made.get(key);
      if (known) {
        // Last used, last in the map.
        made.delete(key);
        made.set(key, known);
        return known;
      }
      const before = underWay.get(key);
      if (before) return before;
      const making = make();
      underWay.set(key, making);
      try {
        const value = await making;
        keep(key, value);
        return value;
      } finally {
        underWay.delete(key);
      }
    },
  };
}
