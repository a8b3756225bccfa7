import type { Platform } from "@vega/test-network";
import { startBare } from "./bare.ts";
import type { Round } from "./figures.ts";
import { round, summary } from "./figures.ts";
import { underLoad } from "./load.ts";
import type { Options } from "./options.ts";

/**
 * Durable POST /api/memory-update against a bare server that parses the same body and sends the same bytes. Counts
 * only where the last acknowledged value of every key is what the memory holds afterwards.
 */
export async function measureMemory({ api }: Platform, token: string, options: Options) {
  const { seconds, rounds } = options;
  const headers = { authorization: `Bearer ${token}`, "content-type": "application/json" };
  const url = `${api.url}/api/memory-update`;
  /** Values rise with each write of a key, and a key has one writer at a time: the last is the largest. */
  let written = 0;
  const body = (connection: number) =>
    JSON.stringify({ update: { [`k${connection}`]: ++written } });
  const acknowledged: Record<string, number> = {};
  const onAcknowledged = (sent: string) => {
    Object.assign(acknowledged, (JSON.parse(sent) as { update: object }).update);
  };
  const first = await fetch(url, { method: "POST", headers, body: body(0) });
  const bare = await startBare(first);
  const results = [];
  for (const connections of [1, 16, 64]) {
    const vega: Round[] = [];
    const plain: Round[] = [];
    for (let turn = 0; turn < rounds; turn += 1) {
      plain.push(await underLoad({ url: bare.url, connections, seconds, headers, body }));
      vega.push(await underLoad({ url, connections, seconds, headers, body, onAcknowledged }));
    }
    const { perSecond } = summary(vega);
    results.push({
      name: `POST /api/memory-update, durable, ${connections} connections`,
      vega: summary(vega),
      bare: summary(plain),
      ratio: round(perSecond / summary(plain).perSecond, 2),
      ...(connections === 64 ? { aim: "more than 3,000 a second", met: perSecond > 3_000 } : {}),
      raw: { vega, plain },
    });
  }
  bare.close();
  await verify(api.url, acknowledged);
  return results;
}

/** A request that was cut off at a round's end may have been carried out too: values may be newer, never older. */
async function verify(url: string, acknowledged: Record<string, number>): Promise<void> {
  const { memory } = (await (await fetch(`${url}/api/memory`)).json()) as {
    memory: Record<string, number>;
  };
  for (const [key, value] of Object.entries(acknowledged)) {
    const stored = memory[key] ?? -1;
    if (stored < value) throw new Error(`${key} was acknowledged as ${value} and is ${stored}`);
  }
}
