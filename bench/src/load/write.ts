import { exchange, headerOf } from "./http-exchange.ts";

export interface WriteTarget {
  readonly urls: readonly string[];
  readonly writeHeaders: Readonly<Record<string, string>>;
}

/** A durable write through the last gateway. @returns its sequence. Throws Error for any status but 200. */
export async function write({ urls, writeHeaders }: WriteTarget, value: number): Promise<number> {
  const response = await exchange(urls.at(-1) ?? "", {
    method: "POST",
    path: "/api/memory-update",
    headers: writeHeaders,
    body: JSON.stringify({ update: { "bench-event": value } }),
  });
  if (response.status !== 200) throw new Error(`write failed with status ${response.status}`);
  return Number(headerOf(response, "vega-sequence"));
}
