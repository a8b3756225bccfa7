import type { StreamContract } from "@vega/contracts";
import type { JetStreamManager, StreamInfo } from "nats";
import { NatsError, nanos, RetentionPolicy, DiscardPolicy, StorageType } from "nats";
import type { Bus } from "./connect.ts";

export const STREAM_NOT_FOUND = 10_059;

export function apiErrorCode(error: unknown): number | undefined {
  return error instanceof NatsError ? error.jsError()?.err_code : undefined;
}

/** Creates the stream, or updates an existing one to its contract. */
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
    // Observers read messages directly: creating a consumer would let them choose its configuration.
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
    // The server refuses a window longer than the age.
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

/** Deletes all messages of a stream; its sequence continues. */
export async function purgeStream(bus: Bus, name: string): Promise<void> {
  const manager = await bus.manager();
  await manager.streams.purge(name);
}
