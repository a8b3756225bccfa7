import type { MemoryStreamContract } from "./streams.ts";

/*
 * Subjects that the NATS server replies on, https://docs.nats.io/reference/reference-protocols/nats_api_reference
 */

const API = "$JS.API";

type StreamVerb = "CREATE" | "INFO" | "MSG.DELETE" | "MSG.GET" | "PURGE" | "UPDATE";

/** Reads or changes a stream. */
export const streamApi = (stream: string, ...verbs: readonly StreamVerb[]): string[] =>
  verbs.map((verb) => `${API}.STREAM.${verb}.${stream}`);

/** Reads one message of a stream by its sequence, without a consumer. */
export const directGet = (stream: string): string => `${API}.DIRECT.GET.${stream}`;

/** Writes, reads and removes the messages of a stream in memory. */
export const memoryStreamApi = ({ name, prefix }: MemoryStreamContract): string[] => [
  ...streamApi(name, "CREATE", "INFO", "PURGE", "UPDATE"),
  `${directGet(name)}.${prefix}.>`,
  `${prefix}.>`,
];

/** Consumes a stream through one durable consumer with one filter: create, inspect, pull, acknowledge. */
export const consumerApi = (stream: string, durable: string, filter: string): string[] => [
  `${API}.CONSUMER.CREATE.${stream}.${durable}.${filter}`,
  `${API}.CONSUMER.INFO.${stream}.${durable}`,
  `${API}.CONSUMER.MSG.NEXT.${stream}.${durable}`,
  `$JS.ACK.${stream}.${durable}.>`,
];

/** Holds one lease in a bucket: a stream of its own, one subject for each lease. */
export const leaseApi = (bucket: string, lease: string): string[] => [
  ...streamApi(`KV_${bucket}`, "CREATE", "INFO", "UPDATE"),
  `${directGet(`KV_${bucket}`)}.$KV.${bucket}.${lease}`,
  `$KV.${bucket}.${lease}`,
];

/** Discovery subjects of the NATS Services framework: of all services, by name, by instance. */
export const discovery = (service: string): string[] =>
  ["PING", "INFO", "STATS"].flatMap((verb) => [
    `$SRV.${verb}`,
    `$SRV.${verb}.${service}`,
    `$SRV.${verb}.${service}.*`,
  ]);
