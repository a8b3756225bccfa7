import { open } from "../api/client.ts";
import type { SseEvent } from "@vega/contracts/define/apply";

/** Silence after which a replay is over: the stream itself has no end. */
const QUIET_MS = 400;

/**
 * The events after a sequence up to now, as GET /api/events replays them: what this account may see, for every role.
 * @param types SSE types, separated by commas; undefined: all
 */
export async function replay(
  after: number,
  types?: string,
  signal?: AbortSignal,
): Promise<SseEvent[]> {
  const query = new URLSearchParams({ last_event_id: String(after), ...(types && { types }) });
  const controller = new AbortController();
  signal?.addEventListener("abort", () => controller.abort());
  const response = await open(`/api/events?${query}`, { signal: controller.signal });
  const events: SseEvent[] = [];
  const reader = response.body?.pipeThrough(new TextDecoderStream()).getReader();
  if (!reader) return events;
  let rest = "";
  for (;;) {
    const quiet = new Promise<undefined>((resolve) => setTimeout(resolve, QUIET_MS, undefined));
    const part = await Promise.race([reader.read(), quiet]);
    if (!part || part.done) break;
    const blocks = (rest + part.value).split("\n\n");
    rest = blocks.pop() ?? "";
    for (const block of blocks) {
      const line = block.split("\n").find((one) => one.startsWith("data: "));
      if (line) events.push(JSON.parse(line.slice(6)) as SseEvent);
    }
  }
  controller.abort();
  return events.filter(({ type }) => type !== "connected");
}
