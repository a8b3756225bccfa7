import { Worker } from "node:worker_threads";
import type { Call, Method, Reply, SqliteWorker } from "./protocol.ts";
import type { Table } from "./tables.ts";

/** An error of SQLite with its extended result code, https://www.sqlite.org/rescode.html */
export class SqliteError extends Error {
  readonly code: number;
  constructor(message: string, code: number) {
    super(message);
    this.name = "SqliteError";
    this.code = code;
  }
}

export interface WorkerClient {
  call<Name extends Method>(
    method: Name,
    ...args: Parameters<SqliteWorker[Name]>
  ): Promise<ReturnType<SqliteWorker[Name]>>;
  end(): Promise<void>;
}

/** Calls the worker's methods from the main thread. */
export function startWorker(tables: readonly Table[]): WorkerClient {
  const worker = new Worker(new URL("./worker.ts", import.meta.url), { workerData: tables });
  const waiting = new Map<number, PromiseWithResolvers<unknown>>();
  let next = 1;
  let gone: Error | undefined;

  const failAll = (error: Error) => {
    gone = error;
    for (const { reject } of waiting.values()) reject(error);
    waiting.clear();
  };
  worker.on("message", (reply: Reply) => {
    const promise = waiting.get(reply.call);
    waiting.delete(reply.call);
    if (reply.ok) promise?.resolve(reply.value);
    else promise?.reject(new SqliteError(reply.message, reply.code));
  });
  worker.on("error", (error: Error) => failAll(error));
  worker.on("exit", () => failAll(new Error("the database's worker has ended")));

  return {
    call(method, ...args) {
      if (gone) return Promise.reject(gone);
      const promise = Promise.withResolvers<unknown>();
      const call: Call = { call: next++, method, args };
      waiting.set(call.call, promise);
      worker.postMessage(call);
      return promise.promise as Promise<never>;
    },
    async end() {
      await worker.terminate();
    },
  };
}
