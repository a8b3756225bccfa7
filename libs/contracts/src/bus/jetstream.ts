/*
 * Subjects that NATS itself answers on, https://docs.nats.io/reference/reference-protocols/nats_api_reference
 */

const API = "$JS.API";

type StreamVerb = "CREATE" | "INFO" | "MSG.DELETE" | "MSG.GET" | "PURGE" | "UPDATE";

/** Asks something about a stream, or changes it. */
export const streamApi = (stream: string, ...verbs: readonly StreamVerb[]): string[] =>
  verbs.map((verb) => `${API}.STREAM.${verb}.${stream}`);

/** Reads one message of a stream, by its place: what needs no consumer, and leaves nothing at the server. */
export const directGet = (stream: string): string => `${API}.DIRECT.GET.${stream}`;

/** Reads a stream through one durable consumer with one filter: makes it, looks at it, pulls, acknowledges. */
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

/** Where the NATS Services framework asks a service how it does: all of them, by name, by instance. */
export const discovery = (service: string): string[] =>
  ["PING", "INFO", "STATS"].flatMap((verb) => [
    `$SRV.${verb}`,
    `$SRV.${verb}.${service}`,
    `$SRV.${verb}.${service}.*`,
  ]);
