import type { ChatCall, ChatEvent } from "@vega/contracts";
import { INFERENCE_PROTO } from "@vega/contracts";
import type { MethodDefinition, PackageDefinition } from "@grpc/proto-loader";
import { loadSync } from "@grpc/proto-loader";
import { fileURLToPath } from "node:url";

/** Name in inference.proto. */
export const INFERENCE_SERVICE = "vega.ai.v1.Inference";

export const INFERENCE_CHAT = `${INFERENCE_SERVICE}/Chat`;

/** https://opentelemetry.io/docs/specs/semconv/rpc/grpc/ */
export const grpcAttributes = { "rpc.system.name": "grpc", "rpc.method": INFERENCE_CHAT };

/** Member names as in the contract; absent members stay absent. */
const OPTIONS = { keepCase: true, longs: Number, defaults: true, oneofs: true } as const;

/** One message of the stream. */
export interface ChatEvents {
  readonly events: readonly ChatEvent[];
}

/** The contract as loaded for gRPC. */
export interface LoadedContract {
  readonly all: PackageDefinition;
  readonly service: { readonly Chat: MethodDefinition<ChatCall, ChatEvents> };
}

let loaded: LoadedContract | undefined;

/** Read once per process. */
export function loadContract(): LoadedContract {
  if (loaded) return loaded;
  const all = loadSync(fileURLToPath(INFERENCE_PROTO), OPTIONS);
  loaded = { all, service: all[INFERENCE_SERVICE] as unknown as LoadedContract["service"] };
  return loaded;
}

/** Prompts may contain images of megabytes. */
export const MAX_MESSAGE_BYTES = 64 * 1024 * 1024;
