import { setTimeout as sleep } from "node:timers/promises";

const POLL_INTERVAL_MS = 50;
const REQUEST_TIMEOUT_MS = 2_000;

/** Polls `/readyz` until it responds 200 or the signal aborts. */
export async function waitUntilReady(http: string, stop: AbortSignal): Promise<void> {
  while (!stop.aborted && !(await isReady(`${http}/readyz`))) await sleep(POLL_INTERVAL_MS);
}

async function isReady(url: string): Promise<boolean> {
  try {
    const response = await fetch(url, { signal: AbortSignal.timeout(REQUEST_TIMEOUT_MS) });
    await response.body?.cancel();
    return response.status === 200;
  } catch {
    return false;
  }
}
