import type { StreamContract } from "@vega/contracts";
import type { JetStreamManager, StreamInfo } from "nats";
import { NatsError, nanos, RetentionPolicy, DiscardPolicy, StorageType } from "nats";
import type { Bus } from "./connect.ts";

export const STREAM_NOT_FOUND = 10_059;

export function apiErrorCode(error: unknown): number | undefined {
  return error instanceof NatsError ? error.jsError()?.err_code : undefined;
}

/** Makes the stream, or brings an existing one to what the contract says. */
export async function ensureStream(
  bus: Bus,
  contract: StreamContract,
  description = contract.description,
): Promise<StreamInfo> {
  const manager = await bus.manager();
  const config = {
    subjects: [...contract.subjects],
    description,
    max_age: nanos(contract.maxAgeSeconds * 1_000),
    max_bytes: contract.maxBytes,
    num_replicas: bus.streamReplicas,
    // Lets observers read one message after another without a consumer, which would be made of what they ask for.
    allow_direct: true,
  };
  if (await findStream(manager, contract.name))
    return manager.streams.update(contract.name, config);
  return manager.streams.add({
    name: contract.name,
    ...config,
    retention: RetentionPolicy.Limits,
    storage: StorageType.File,
    discard: DiscardPolicy.Old,
    // The server refuses a window that is longer than the age.
    duplicate_window: nanos(Math.min(120, contract.maxAgeSeconds) * 1_000),
  });
}

async function findStream(
  manager: JetStreamManager,
  name: string,
): Promise<StreamInfo | undefined> {
  try {
    return await manager.streams.info(name);
  } catch (error) {
    if (apiErrorCode(error) === STREAM_NOT_FOUND) return undefined;
    throw error;
  }
}

/** Removes every message of a stream; its sequence goes on. */
export async function purgeStream(bus: Bus, name: string): Promise<void> {
  const manager = await bus.manager();
  await manager.streams.purge(name);
}
