import { parentPort, workerData } from "node:worker_threads";
import { createDatabase } from "./database.ts";
import type { Call, Reply } from "./protocol.ts";
import type { Table } from "./tables.ts";
import { createTables } from "./tables.ts";

/* The worker's entry: answers calls one by one. */

const database = createDatabase(createTables(workerData as readonly Table[]));

parentPort?.on("message", ({ call, method, args }: Call) => {
  let reply: Reply;
  try {
    const run = database[method] as (...values: readonly unknown[]) => unknown;
    reply = { call, ok: true, value: run(...args) };
  } catch (error) {
    const { message } = error as Error;
    reply = {
      call,
      ok: false,
      message,
      code: (error as { errcode?: number }).errcode ?? 0,
    };
  }
  parentPort?.postMessage(reply);
  if (method === "close") parentPort?.close();
});
