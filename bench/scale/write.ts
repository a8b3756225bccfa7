import { exchange, headerOf } from "../exchange.ts";
import type { Fleet } from "./fleet.ts";

/** A durable write by the last gateway. @returns its sequence. Throws Error for any answer but 200. */
export async function write(
  { urls, writeHeaders }: Pick<Fleet, "urls" | "writeHeaders">,
  value: number,
): Promise<number> {
  const answer = await exchange(urls.at(-1) ?? "", {
    method: "POST",
    path: "/api/memory-update",
    headers: writeHeaders,
    body: JSON.stringify({ update: { "bench-event": value } }),
  });
  if (answer.status !== 200) throw new Error(`a write was answered with ${answer.status}`);
  return Number(headerOf(answer, "vega-sequence"));
}
