import type { ChatCall, ChatEvent } from "@vega/contracts";
import { INFERENCE_PROTO } from "@vega/contracts";
import type { MethodDefinition, PackageDefinition } from "@grpc/proto-loader";
import { loadSync } from "@grpc/proto-loader";
import { fileURLToPath } from "node:url";

/** As inference.proto names it. */
export const INFERENCE_SERVICE = "vega.ai.v1.Inference";

export const INFERENCE_CHAT = `${INFERENCE_SERVICE}/Chat`;

/** https://opentelemetry.io/docs/specs/semconv/rpc/grpc/ */
export const grpcAttributes = { "rpc.system.name": "grpc", "rpc.method": INFERENCE_CHAT };

/** Names stay as the contract has them, and what is absent there is absent here. */
const OPTIONS = { keepCase: true, longs: Number, defaults: true, oneofs: true } as const;

/** What goes in one message. */
export interface ChatEvents {
  readonly events: readonly ChatEvent[];
}

/** The contract as gRPC works with it. */
export interface LoadedContract {
  readonly all: PackageDefinition;
  readonly service: { readonly Chat: MethodDefinition<ChatCall, ChatEvents> };
}

let loaded: LoadedContract | undefined;

/** Read once: it is the same for all. */
export function loadContract(): LoadedContract {
  if (loaded) return loaded;
  const all = loadSync(fileURLToPath(INFERENCE_PROTO), OPTIONS);
  loaded = { all, service: all[INFERENCE_SERVICE] as unknown as LoadedContract["service"] };
  return loaded;
}

/** Images in a prompt are megabytes. */
export const MAX_MESSAGE_BYTES = 64 * 1024 * 1024;
