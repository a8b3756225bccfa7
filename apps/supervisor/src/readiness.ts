import { setTimeout as sleep } from "node:timers/promises";

/** Resolves when the platform says over HTTP that all of it is ready, or the signal says to wait no more. */
export async function answersReady(http: string, stop: AbortSignal): Promise<void> {
  while (!stop.aborted && !(await isReady(`${http}/readyz`))) await sleep(50);
}

async function isReady(url: string): Promise<boolean> {
  try {
    const response = await fetch(url, { signal: AbortSignal.timeout(2_000) });
    await response.body?.cancel();
    return response.status === 200;
  } catch {
    return false;
  }
}
