import type { Generation, GenerationProgress, RequestContext } from "@vega/contracts";
import { MAX_MARKDOWN_BYTES, VegaError, whitepaperGenerations } from "@vega/contracts";
import type { BlobClient, Bus } from "@vega/messaging";
import { request } from "@vega/messaging";
import type { Renderer } from "@vega/rendering";
import { RenderingError } from "@vega/rendering";
import { setTimeout as delay } from "node:timers/promises";
import type { z } from "zod";
import { keepLease } from "../agents/lease.ts";
import { toChatFault } from "../chat/errors.ts";
import type { Storage } from "../chat/storage.ts";
import type { Target } from "../failover/target.ts";
import type { Models } from "../models/models.ts";
import type { Spending } from "./spending.ts";
import { createSpending } from "./spending.ts";
import { writePaper } from "./write-paper.ts";

export type Requested = z.output<typeof whitepaperGenerations.requests.generate.input>;

export interface GenerationOptions {
  readonly bus: Bus;
  readonly context: RequestContext;
  readonly models: Models;
  readonly storageFor: (context: RequestContext) => Pick<Storage, "hold" | "settle">;
  readonly blobs: Pick<BlobClient, "put">;
  readonly renderer: Pick<Renderer, "pdf">;
  /** Called with the error of each failed paper. */
  readonly onFailed: (error: unknown) => void;
  /** Called with internal errors. */
  readonly onFault: (error: unknown) => void;
}

/** A paper that has started. */
interface Started {
  readonly generation: Generation;
  readonly asked: Requested;
  readonly chain: readonly Target[];
}

type Signals = Readonly<Record<"stopping" | "cancelled", AbortSignal>>;
type Outcome = z.input<typeof whitepaperGenerations.requests.finish.input>["outcome"];

/** A long paper of a slow model takes minutes. */
const TIMEOUT_MS = 45 * 60_000;
/** Without a renewal the paper counts as lost. */
export const LEASE_SECONDS = 20;
/** Time for storing the end of a paper. */
const END_MS = 15_000;
const RETRY_MS = 250;

/** Writes a paper to its end, and stores the draft or the error. */
export async function runGeneration(
  options: GenerationOptions,
  started: Started,
  signals: Signals,
): Promise<void> {
  const { bus, context, models, storageFor, onFault } = options;
  const { generation, asked, chain } = started;
  const { owner, id } = generation;
  const ended = new AbortController();
  const timeout = AbortSignal.timeout(TIMEOUT_MS);
  const signal = AbortSignal.any([signals.stopping, signals.cancelled, timeout, ended.signal]);
  const spending = createSpending({
    models,
    chain,
    storage: storageFor(context),
    owner,
    keyId: asked.key_id,
    disabled: new Set(asked.off),
    signal,
  });
  let sections = { sections: 0, written: 0 };
  const progress = (): GenerationProgress => ({ ...sections, ...spending.spent() });
  const store = () =>
    request(
      bus,
      whitepaperGenerations.requests.progress,
      { owner, id, progress: progress(), lease_seconds: LEASE_SECONDS },
      context,
    );
  const lease = keepLease(LEASE_SECONDS * 1_000, store, onFault);
  lease.lost.addEventListener("abort", () => ended.abort());
  let outcome: Outcome;
  try {
    const markdown = await writePaper(asked.input, spending.complete, async (now) => {
      sections = now;
      await store();
    });
    outcome = { text: await storeText(options, generation, markdown, spending) };
  } catch (error) {
    options.onFailed(error);
    const failure = failureOf(error, signals, timeout);
    if (failure.code === "internal") onFault(error);
    outcome = { error: failure };
  } finally {
    await lease.stop();
  }
  // State has ended it: by a cancellation, or because its lease had expired.
  if (lease.lost.aborted || signals.cancelled.aborted) return;
  await finish(options, { owner, id, progress: progress(), outcome });
}

async function storeText(
  { blobs, renderer }: GenerationOptions,
  { title, language }: Generation,
  markdown: string,
  { spent }: Spending,
) {
  const { provider, served_by, usage, cost_usd } = spent();
  const input = { title, language, byline: null, markdown, images: new Map() };
  const { pages } = await renderer.pdf(input);
  const stored = await blobs.put(once(Buffer.from(markdown)), { maxBytes: MAX_MARKDOWN_BYTES });
  const written_by = { provider: provider ?? "", model: served_by ?? "", usage, cost_usd };
  return { ...stored, source: "markdown" as const, pages, note: "", written_by };
}

async function* once(bytes: Uint8Array): AsyncGenerator<Uint8Array> {
  yield bytes;
}

/** The request is idempotent, so it is repeated while state is unavailable. */
async function finish(
  { bus, context, onFault }: GenerationOptions,
  input: z.input<typeof whitepaperGenerations.requests.finish.input>,
): Promise<void> {
  const until = performance.now() + END_MS;
  for (let pending = input; ;) {
    try {
      await request(bus, whitepaperGenerations.requests.finish, pending, context);
      return;
    } catch (error) {
      if (!(error instanceof VegaError)) return onFault(error);
      // Ended meanwhile, or erased with its account.
      if (error.code === "conflict" || error.code === "not_found") return;
      if (error.status !== 503) {
        if ("error" in pending.outcome) return onFault(error);
        const { code, message } = error;
        pending = { ...input, outcome: { error: { code, message: message.slice(0, 1_000) } } };
        continue;
      }
      if (performance.now() > until) return;
    }
    await delay(RETRY_MS, undefined, { ref: false });
  }
}

const MAX_MESSAGE = 1_000;

function failureOf(
  error: unknown,
  { stopping }: Signals,
  timeout: AbortSignal,
): { code: string; message: string } {
  if (stopping.aborted) return { code: "stopped", message: "the ai service stopped" };
  if (timeout.aborted) {
    return { code: "timeout", message: `the paper took more than ${TIMEOUT_MS / 60_000} minutes` };
  }
  if (error instanceof RenderingError) return { code: error.kind, message: error.message };
  const fault = toChatFault(error);
  if (!fault) return { code: "internal", message: "internal error" };
  return { code: fault.kind, message: fault.message.slice(0, MAX_MESSAGE).toWellFormed() };
}
