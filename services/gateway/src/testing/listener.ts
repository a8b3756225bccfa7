/** `data` of an SSE event. */
export type ReceivedData = { readonly type: string } & Readonly<Record<string, unknown>>;

/** A client of GET /api/events over a real connection. */
export interface Listener {
  readonly status: number;
  /** Reads up to the event with this sequence; all events before it but `connected`. Rejects where the stream ends. */
  readUntil(sequence: number): Promise<readonly ReceivedData[]>;
  close(): Promise<void>;
}

/** @param origin such as `http://127.0.0.1:5000`, @param token without it the client is anonymous */
export async function openListener(origin: string, token?: string): Promise<Listener> {
  const { body, status } = await fetch(`${origin}/api/events`, {
    headers: token === undefined ? {} : { authorization: `Bearer ${token}` },
  });
  const reader = body?.pipeThrough(new TextDecoderStream()).getReader();
  let text = "";
  const received = () =>
    [...text.matchAll(/^data: (.*)\n\n/gm)].map(
      ([, json]) => JSON.parse(json ?? "") as ReceivedData,
    );
  return {
    status,
    async readUntil(sequence) {
      for (;;) {
        const all = received().slice(1);
        const end = all.findIndex((data) => data["sequence"] === sequence);
        if (end !== -1) return all.slice(0, end);
        const next = await reader?.read();
        if (!next || next.done) throw new Error(`the stream ended before event ${sequence}`);
        text += next.value;
      }
    },
    close: async () => reader?.cancel(),
  };
}
