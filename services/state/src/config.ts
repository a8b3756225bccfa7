import type { Env, TracingConfig } from "@vega/service-kit";
import {
  commonEnvSchema,
  ConfigError,
  parseEnv,
  readTracing,
  wholeNumber,
} from "@vega/service-kit";
import { join, resolve } from "node:path";
import { z } from "zod";
import type { RetentionConfig } from "./retention/retention.ts";
import type { StorageLimits } from "./blobs/guard.ts";
import { bucketConfig, placeOf } from "./backup/bucket-config.ts";
import type { BackupsConfig } from "./backup/backups.ts";
import type { LibraryLimits } from "./entities/assets/quota.ts";
import type { ConversationLimits } from "./entities/conversations/limits.ts";
import { CONVERSATION_LIMITS } from "./entities/conversations/limits.ts";
import type { MemoryLimits } from "./entities/memory/commands.ts";

export interface StateConfig {
  readonly busUrl: string;
  /** Copies of each stream that this service makes. */
  readonly streamReplicas: number;
  readonly logLevel: string;
  /** Undefined: no traces are wanted. */
  readonly tracing: TracingConfig | undefined;
  readonly timeScale: number;
  readonly store:
    | { readonly kind: "sqlite"; readonly folder: string }
    | { readonly kind: "mongo"; readonly url: string };
  readonly limits: MemoryLimits;
  readonly storage: StorageLimits;
  readonly backups: BackupsConfig;
  readonly conversationLimits: ConversationLimits;
  readonly libraryLimits: LibraryLimits;
  readonly retention: RetentionConfig;
  readonly mirror: { readonly folder: string; readonly intervalMs: number; readonly keep: number };
}

/** Days, up to a hundred years; 0 has a meaning of its own. */
const wholeDays = (byDefault: number) =>
  z.coerce
    .number("must be a number")
    .int("must be a whole number")
    .min(0, "must be 0 or more")
    .max(36_500, "must be at most 36500")
    .default(byDefault);

/** 0: no limit. */
const orNoLimit = (byDefault: number) =>
  z.coerce
    .number("must be a whole number")
    .int("must be a whole number")
    .min(0, "must be 0 or more")
    .max(Number.MAX_SAFE_INTEGER, `must be at most ${Number.MAX_SAFE_INTEGER}`)
    .default(byDefault);

const envSchema = commonEnvSchema.extend({
  MONGODB_URL: commonEnvSchema.shape.NATS_URL.optional(),
  VEGA_MEMORY_VALUE_BYTES: wholeNumber(64 * 1024),
  VEGA_MEMORY_KEYS: wholeNumber(1_000),
  VEGA_MEMORY_NAMESPACE_BYTES: wholeNumber(1024 * 1024),
  VEGA_MESSAGE_BYTES: wholeNumber(CONVERSATION_LIMITS.messageBytes),
  VEGA_CONVERSATION_MESSAGES: wholeNumber(CONVERSATION_LIMITS.messages),
  VEGA_CONVERSATION_TITLE: wholeNumber(CONVERSATION_LIMITS.title),
  VEGA_CONVERSATION_FORK_BYTES: wholeNumber(CONVERSATION_LIMITS.forkBytes),
  VEGA_DISK_FREE_BYTES: orNoLimit(512 * 1024 * 1024),
  VEGA_BLOB_BYTES: orNoLimit(0),
  VEGA_LIBRARY_ACCOUNT_FILES: orNoLimit(10_000),
  VEGA_LIBRARY_ACCOUNT_BYTES: orNoLimit(5 * 1024 ** 3),
  VEGA_LIBRARY_FILES: orNoLimit(0),
  VEGA_SNAPSHOT_SECONDS: wholeNumber(300),
  VEGA_BACKUP_DIR: z.string().optional(),
  VEGA_BACKUP_HOURS: z.coerce
    .number("must be a number")
    .min(0, "must be 0 or more")
    .max(8_760, "must be at most 8760")
    .default(24),
  VEGA_BACKUP_PHASES: z.coerce
    .number("must be a whole number")
    .int("must be a whole number")
    .min(0, "must be 0 or more")
    .default(0),
  VEGA_BACKUP_KEEP: z
    .string()
    .regex(
      /^\d{1,4},\d{1,4},\d{1,4}$/,
      "must be three numbers: days, weeks, months, such as 7,4,12",
    )
    .default("7,4,12"),
  VEGA_LOG_DAYS: wholeDays(7),
  VEGA_LOG_HOURLY_DAYS: wholeDays(30),
  VEGA_AUDIT_DAYS: wholeDays(0),
});

/** Where copies of backups go, if anywhere. */
function bucketOf(env: Env): BackupsConfig["bucket"] {
  const url = env["VEGA_BACKUP_S3"];
  const place = url === undefined ? undefined : placeOf(url);
  if (url !== undefined && !place)
    throw new ConfigError("VEGA_BACKUP_S3: must be s3://bucket/path");
  return place && { place, config: bucketConfig(env) };
}

export function envToConfig(env: Env): StateConfig {
  const values = parseEnv(envSchema, env);
  const folder = resolve(values.VEGA_DATA_DIR);
  const [daily = 0, weekly = 0, monthly = 0] = values.VEGA_BACKUP_KEEP.split(",").map(Number);
  return {
    busUrl: values.NATS_URL,
    streamReplicas: values.NATS_STREAM_REPLICAS,
    logLevel: values.LOG_LEVEL,
    tracing: readTracing(env),
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
    storage: { freeBytes: values.VEGA_DISK_FREE_BYTES, totalBytes: values.VEGA_BLOB_BYTES },
    backups: {
      folder: resolve(values.VEGA_BACKUP_DIR ?? join(folder, "backups")),
      intervalMs: values.VEGA_BACKUP_HOURS * 3_600_000,
      phases: values.VEGA_BACKUP_PHASES,
      keep: { daily, weekly, monthly },
      bucket: bucketOf(env),
    },
    retention: {
      days: values.VEGA_LOG_DAYS,
      hourlyDays: values.VEGA_LOG_HOURLY_DAYS,
      auditDays: values.VEGA_AUDIT_DAYS,
    },
    conversationLimits: {
      messageBytes: values.VEGA_MESSAGE_BYTES,
      messages: values.VEGA_CONVERSATION_MESSAGES,
      branches: CONVERSATION_LIMITS.branches,
      title: values.VEGA_CONVERSATION_TITLE,
      forkBytes: values.VEGA_CONVERSATION_FORK_BYTES,
    },
    libraryLimits: {
      accountFiles: values.VEGA_LIBRARY_ACCOUNT_FILES,
      accountBytes: values.VEGA_LIBRARY_ACCOUNT_BYTES,
      files: values.VEGA_LIBRARY_FILES,
    },
    mirror: {
      folder: join(folder, "snapshots"),
      intervalMs: values.VEGA_SNAPSHOT_SECONDS * 1_000,
      keep: 3,
    },
  };
}
