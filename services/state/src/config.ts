import type { Env } from "@vega/service-kit";
import { commonEnvSchema, parseEnv, wholeNumber } from "@vega/service-kit";
import { join, resolve } from "node:path";
import type { ConversationLimits } from "./domain/conversations/limits.ts";
import { CONVERSATION_LIMITS } from "./domain/conversations/limits.ts";
import type { MemoryLimits } from "./domain/memory.ts";

export interface StateConfig {
  readonly busUrl: string;
  readonly logLevel: string;
  readonly timeScale: number;
  readonly store:
    | { readonly kind: "sqlite"; readonly folder: string }
    | { readonly kind: "mongo"; readonly url: string };
  readonly limits: MemoryLimits;
  readonly conversationLimits: ConversationLimits;
  readonly mirror: { readonly folder: string; readonly intervalMs: number; readonly keep: number };
}

const envSchema = commonEnvSchema.extend({
  MONGODB_URL: commonEnvSchema.shape.NATS_URL.optional(),
  VEGA_MEMORY_VALUE_BYTES: wholeNumber(64 * 1024),
  VEGA_MEMORY_KEYS: wholeNumber(1_000),
  VEGA_MEMORY_NAMESPACE_BYTES: wholeNumber(1024 * 1024),
  VEGA_MESSAGE_BYTES: wholeNumber(CONVERSATION_LIMITS.messageBytes),
  VEGA_CONVERSATION_MESSAGES: wholeNumber(CONVERSATION_LIMITS.messages),
  VEGA_CONVERSATION_TITLE: wholeNumber(CONVERSATION_LIMITS.title),
  VEGA_CONVERSATION_FORK_BYTES: wholeNumber(CONVERSATION_LIMITS.forkBytes),
  VEGA_SNAPSHOT_SECONDS: wholeNumber(300),
});

export function envToConfig(env: Env): StateConfig {
  const values = parseEnv(envSchema, env);
  const folder = resolve(values.VEGA_DATA_DIR);
  return {
    busUrl: values.NATS_URL,
    logLevel: values.LOG_LEVEL,
    timeScale: values.LOOP_TIME_SCALE,
    store: values.MONGODB_URL
      ? { kind: "mongo", url: values.MONGODB_URL }
      : { kind: "sqlite", folder },
    limits: {
      valueBytes: values.VEGA_MEMORY_VALUE_BYTES,
      keys: values.VEGA_MEMORY_KEYS,
      namespaceBytes: values.VEGA_MEMORY_NAMESPACE_BYTES,
      schemaBytes: 16 * 1024,
    },
    conversationLimits: {
      messageBytes: values.VEGA_MESSAGE_BYTES,
      messages: values.VEGA_CONVERSATION_MESSAGES,
      title: values.VEGA_CONVERSATION_TITLE,
      forkBytes: values.VEGA_CONVERSATION_FORK_BYTES,
    },
    mirror: {
      folder: join(folder, "snapshots"),
      intervalMs: values.VEGA_SNAPSHOT_SECONDS * 1_000,
      keep: 3,
    },
  };
}
