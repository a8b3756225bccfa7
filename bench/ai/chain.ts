import { startNatsServer } from "@vega/test-support";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { startChild } from "../child.ts";
import type { Target } from "./client-messages.ts";
import { CHAIN } from "./compare.ts";

/** What a link is told. */
export interface LinkOrder {
  readonly role: "front" | "middle" | "store";
  /** Where the next link is. */
  readonly next: string;
  /** Where the middle one asks for the answer; `http://host:port` */
  readonly upstream?: string;
  /** Of the store's database. */
  readonly file?: string;
}

export interface Chain {
  readonly target: Target;
  readonly pids: ReadonlyMap<string, number>;
  close(): Promise<void>;
}

/**
 * The same hops as a turn of VEGA's, with the same libraries and nothing done in between: HTTP, gRPC, the bus and a commit
 * of the question, the model, the bus and a commit of the answer. It knows no accounts, keys, conversations, events, log,
 * budgets or failover: what is beyond it is what VEGA does with a turn, what is in it is what processes and a bus cost on
 * a machine.
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
    return (await child.ask<{ address: string }>(order, "address")).address;
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
