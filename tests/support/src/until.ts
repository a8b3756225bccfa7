import { setTimeout as delay } from "node:timers/promises";

const POLL_MS = 10;

/**
 * Waits until the condition returns a truthy value, and returns it. An error of the condition counts as false.
 * @throws Error at the timeout, with the last error as its cause
 */
export async function until<Value>(
  what: string,
  condition: () => Value | Promise<Value>,
  timeoutMs = 15_000,
): Promise<NonNullable<Exclude<Value, false | 0 | "">>> {
  const end = performance.now() + timeoutMs;
  let cause: unknown;
  do {
    try {
      const value = await condition();
      if (value) return value as NonNullable<Exclude<Value, false | 0 | "">>;
      cause = undefined;
    } catch (error) {
      cause = error;
    }
    await delay(POLL_MS);
  } while (performance.now() < end);
  throw new Error(`not within ${timeoutMs} ms: ${what}`, { cause });
}
