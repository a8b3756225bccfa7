import type { CollectionName, DocumentOf } from "@vega/contracts";
import { COLLECTIONS } from "@vega/contracts";

export type Collection = CollectionName;

export const COLLECTION_NAMES: readonly Collection[] = COLLECTIONS.map(({ name }) => name);

/* Documents that have no name of their own in the contracts. */
export type AccountIndex = DocumentOf<"account_index">;
export type AgentWork = DocumentOf<"agent_work">;
export type IdempotencyKey = DocumentOf<"answer_keys">;
export type MessageLease = DocumentOf<"message_leases">;
export type UsageHold = DocumentOf<"usage_holds">;
