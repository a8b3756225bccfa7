import type { ChatCall, Viewer } from "@vega/contracts";
import { requestContextSchema, viewerSchema } from "@vega/contracts";
import { createHash } from "node:crypto";
import type { ChargedRequest } from "../budget/charge.ts";
import { withBudget } from "../budget/with-budget.ts";
import { libraryText, withLibrary } from "../library/resolve.ts";
import { noSuchModel } from "../models/resolve.ts";
import type { Cancellation } from "./cancellation.ts";
import type { DisabledModules } from "./disabled-modules.ts";
import { disabledModulesOf, withoutPlaybox } from "./disabled-modules.ts";
import { storeFiles, withFiles } from "./files.ts";
import { DEFAULT_WINDOW } from "./fit.ts";
import { partsOf } from "./part-blobs.ts";
import type { PreparedPrompt, PromptOptions } from "./prompt.ts";
import { preparePrompt } from "./prompt.ts";
import type { TurnRequest } from "./request.ts";
import type { Storage } from "./storage.ts";
import { summarize } from "./summary.ts";
import type { TurnDependencies } from "./turn.ts";

/** A turn after its first step. */
export interface PreparedTurn {
  /** Of `performance.now()`. */
  readonly startedAt: number;
  readonly request: TurnRequest;
  readonly owner: string | null;
  readonly conversation: string;
  /** Model name of the request, or the preferred one. */
  readonly model: string;
  readonly prompt: PreparedPrompt;
  readonly disabled: DisabledModules;
  readonly storage: Storage;
  /** Targets, price function and key for the budget. */
  readonly charged: Pick<ChargedRequest, "chain" | "cost" | "keyId">;
  readonly chain: ReturnType<typeof withoutPlaybox>;
  readonly traceparent: string | undefined;
  readonly cancellation: Cancellation;
  readonly idempotency: { readonly key: string; readonly fingerprint: string } | null;
}

type Base = Omit<PreparedTurn, "prompt">;

/** Resolves the models and builds the prompt. Throws VegaError; nothing has been stored then. */
export async function prepareTurn(
  call: ChatCall,
  request: TurnRequest,
  conversation: string,
  cancellation: Cancellation,
  dependencies: Pick<
    TurnDependencies,
    "blobs" | "libraryFor" | "models" | "storageFor" | "readMemory" | "unsummarized" | "trace"
  >,
): Promise<PreparedTurn> {
  const startedAt = performance.now();
  const { blobs, libraryFor, models, storageFor, readMemory, trace } = dependencies;
  const owner = call.caller.owner ?? null;
  const caller = requestContextSchema.parse(JSON.parse(call.caller.context_json));
  const traceparent = trace?.() ?? caller.traceparent;
  const storage = storageFor({ ...caller, ...(traceparent !== undefined && { traceparent }) });
  const model = request.model ?? models.preferred();
  const resolved = models.resolve(model, request.fallbacks);
  if (!resolved.found) throw noSuchModel(resolved.unknown);
  const disabled = disabledModulesOf(call);
  const chain = withoutPlaybox(resolved.chain, disabled);
  const charged = { chain, cost: models.cost, keyId: call.caller.key_id };
  const base: Base = {
    startedAt,
    request,
    owner,
    conversation,
    model,
    disabled,
    storage,
    charged,
    chain,
    traceparent,
    cancellation,
    idempotency: idempotencyOf(call),
  };
  const prepared = await preparePrompt(request, {
    storage,
    owner,
    target: chain[0],
    disabled,
    readMemory: (namespaces) => readMemory(owner, namespaces),
    summarize: summarizer(base, dependencies),
  });
  // Before the command that names them.
  const { added, files } = prepared;
  await storeFiles(blobs, added, request.messages, files, cancellation.signal);
  const messages = await withLibrary(
    await withFiles(blobs, prepared.messages),
    new Set(partsOf(request.messages)),
    disabled,
    libraryText(chain[0]?.contextWindow ?? DEFAULT_WINDOW),
    libraryFor(viewerOf(call)),
  );
  return { ...base, prompt: { ...prepared, messages } };
}

/** Summaries are made by the turn's own models, within the budgets. */
function summarizer(
  { charged, chain, storage, owner, conversation, cancellation }: Base,
  { models, unsummarized }: Pick<TurnDependencies, "models" | "unsummarized">,
): PromptOptions["summarize"] {
  return async (previous, messages) => {
    if (unsummarized.has(conversation)) return undefined;
    const summary = await summarize(
      (request, signal) =>
        withBudget(
          () => models.complete(request, { chain, signal, buffered: true, needsText: true }),
          { ...charged, messages: request.messages, options: request.options },
          storage,
          { owner, counts: false },
        ),
      previous,
      messages,
      cancellation.signal,
    );
    if (summary === undefined && !cancellation.signal.aborted) unsummarized.add(conversation);
    return summary;
  };
}

/** What the caller may see of the library. */
function viewerOf({ caller: { viewer_json } }: ChatCall): Viewer {
  const viewer = viewer_json && viewerSchema.parse(JSON.parse(viewer_json));
  return viewer || { account: null, reads: "none" };
}

const digest = (text: string) => createHash("sha256").update(text).digest("hex");

const idempotencyOf = ({ idempotency_key, body_json }: ChatCall) =>
  idempotency_key === undefined
    ? null
    : { key: digest(idempotency_key), fingerprint: digest(body_json) };
