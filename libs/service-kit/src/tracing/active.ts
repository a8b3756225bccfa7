import type { AsyncLocalStorage } from "node:async_hooks";

/*
 * Within which span something happens. One for the process, since the log of every service asks it; there is none until
 * traces are wanted, so that without them nothing is carried along.
 */
let storage: AsyncLocalStorage<string> | undefined;

export const activeTrace = (): string | undefined => storage?.getStore();

export function carryTraces(by: AsyncLocalStorage<string>): AsyncLocalStorage<string> {
  return (storage ??= by);
}
