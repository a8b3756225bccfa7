/*
 * The messages of inference.proto, which is the contract. Types only: gRPC has parsed the messages already.
 */

/** The location of the contract. */
export const INFERENCE_PROTO: URL = new URL("inference.proto", import.meta.url);

export interface ChatCall {
  readonly body_json: string;
  readonly caller: {
    readonly owner?: string;
    readonly context_json: string;
    readonly off?: readonly string[];
    readonly key_id?: string;
    /** A Viewer as JSON; absent: sees nothing of the library. */
    readonly viewer_json?: string;
  };
  readonly call_id: string;
  readonly idempotency_key?: string;
}

export interface ChatBegun {
  readonly id: string;
  readonly created: number;
  readonly conversation_id: string;
  readonly message_id: string;
  readonly replayed: boolean;
  readonly memory: readonly string[];
  readonly flags?: readonly string[];
}

export interface ChatFault {
  readonly kind: string;
  readonly message: string;
  readonly of_model: boolean;
  readonly status?: number;
  readonly retry_after_ms?: number;
  readonly param?: string;
  readonly provider?: string;
}

export type ChatEvent =
  | { readonly event: "begun"; readonly begun: ChatBegun }
  | { readonly event: "headers"; readonly headers: { values: Record<string, string> } }
  | { readonly event: "started"; readonly started: { provider: string; model: string } }
  | { readonly event: "delta"; readonly delta: { json: string; logprobs_json?: string } }
  | { readonly event: "finish"; readonly finish: { reason: string } }
  | { readonly event: "usage"; readonly usage: { json: string } }
  | { readonly event: "completed"; readonly completed: { orchestra_json?: string } }
  | { readonly event: "fault"; readonly fault: ChatFault };
