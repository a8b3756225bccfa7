import { startNatsServer } from "@vega/test-support";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { startChild } from "../../src/process/child.ts";
import type { Target } from "./client-messages.ts";
import { CHAIN } from "./compare.ts";

/** The parent's message to a link. */
export interface LinkOrder {
  readonly role: "front" | "middle" | "store";
  /** Address of the next link. */
  readonly next: string;
  /** Address of the provider, for the middle link; `http://host:port` */
  readonly upstream?: string;
  /** Path of the store's database. */
  readonly file?: string;
}

export interface Chain {
  readonly target: Target;
  readonly pids: ReadonlyMap<string, number>;
  close(): Promise<void>;
}

/**
 * The hops of a chat turn of VEGA with the same libraries and no work between them: HTTP, gRPC, the bus and a commit of
 * the question, the provider, the bus and a commit of the completion. It has no accounts, keys, conversations, events,
 * log, budgets or failover. Its time is the cost of processes and a bus; VEGA's additional time is the work on a turn.
 * @param upstream `http://host:port`
 */
export async function startChain(upstream: string): Promise<Chain> {
  const started = new AsyncDisposableStack();
  const close = () => started.disposeAsync();
  const pids = new Map<string, number>();
  const start = async (order: LinkOrder) => {
    const child = startChild(new URL("./chain-server.ts", import.meta.url));
    started.defer(child.close);
    pids.set(`chain ${order.role}`, child.pid);
    return (await child.request<{ address: string }>(order, "address")).address;
  };
  try {
    const folder = await mkdtemp(join(tmpdir(), "vega-bench-chain-"));
    started.defer(() => rm(folder, { recursive: true }));
    const nats = await startNatsServer();
    started.defer(nats.close);
    await start({ role: "store", next: nats.url, file: join(folder, "kept.db") });
    const middle = await start({ role: "middle", next: nats.url, upstream });
    const url = await start({ role: "front", next: middle });
    return { target: { name: CHAIN, url, headers: {}, prefix: "" }, pids, close };
  } catch (error) {
    await close();
    throw error;
  }
}
