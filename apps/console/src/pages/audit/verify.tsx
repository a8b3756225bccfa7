import { useSignal } from "@preact/signals";
import { useEffect, useRef } from "preact/hooks";
import type { ApiError } from "../../api/client.ts";
import { get, head } from "../../api/client.ts";
import { number } from "../../i18n/format.ts";
import { hrefOf } from "../../router.ts";
import { announce } from "../../shell/announcer.tsx";
import { scriptUrl } from "../../trusted.ts";
import { CopyButton } from "../../ui/controls.tsx";
import { Icon } from "../../ui/icon.tsx";
import { ErrorBox } from "../../ui/state.tsx";
import type { ChainEntry, Progress, Range } from "./chain.ts";
import workerUrl from "./verify-worker.ts?worker&url";
import { t } from "./words.ts";

interface Page {
  readonly entries: readonly ChainEntry[];
  readonly thinned: readonly Range[];
  readonly next_cursor: number | null;
}

const PAGE = 500;

interface State {
  readonly progress: Progress;
  readonly isRunning: boolean;
  readonly error?: ApiError;
  readonly anchor?: Pick<ChainEntry, "sequence" | "hash">;
  readonly seconds: number;
}

/** Reads the whole log, and has a worker compute every hash. */
async function run(show: (state: State) => void, signal: AbortSignal): Promise<void> {
  const worker = new Worker(scriptUrl(workerUrl) as string, { type: "module" });
  const started = performance.now();
  let state: State = { progress: { verified: 0, compacted: 0 }, isRunning: true, seconds: 0 };
  const next = (changes: Partial<State>) => {
    state = { ...state, ...changes, seconds: (performance.now() - started) / 1_000 };
    show(state);
  };
  next({});
  try {
    for (let cursor: number | null = null; ;) {
      const path: string = `/api/audit?limit=${PAGE}${cursor === null ? "" : `&cursor=${cursor}`}`;
      const { body }: { body: Page } = await get<Page>(path, signal);
      const verified = new Promise<Progress>((resolve, reject) => {
        worker.addEventListener("message", ({ data }) => resolve(data as Progress), { once: true });
        worker.addEventListener("error", () => reject(new Error("the worker failed")), {
          once: true,
        });
      });
      worker.postMessage({ entries: body.entries, compacted: body.thinned });
      const progress = await verified;
      const [newest] = body.entries;
      next({ progress, ...(newest && !state.anchor && { anchor: newest }) });
      cursor = body.next_cursor;
      if (progress.fault || cursor === null) break;
    }
    next({ isRunning: false });
  } catch (error) {
    if (!signal.aborted) next({ isRunning: false, error: error as ApiError });
  } finally {
    worker.terminate();
  }
}

export function Verify() {
  const state = useSignal<State | null>(null);
  const controller = useRef<AbortController>(null);
  useEffect(() => () => controller.current?.abort(), []);
  const start = () => {
    controller.current?.abort();
    controller.current = new AbortController();
    void run((next) => {
      state.value = next;
    }, controller.current.signal);
  };
  const { value } = state;
  const { progress } = value ?? {};
  const faults = { changed: t.changed, unlinked: t.unlinked, missing: t.missing };
  const fault = progress?.fault;
  const isWhole = value && !value.isRunning && !value.error && !fault;
  const result =
    isWhole && progress ? t.whole(number(progress.verified), number(value.seconds, 1)) : "";
  const failure = fault ? t.broken(number(fault.sequence), faults[fault.reason]) : "";
  useEffect(() => {
    if (result || failure) announce(result || failure);
  }, [result, failure]);
  return (
    <section class="panel" aria-labelledby="verify">
      <div class="panel-head">
        <h2 id="verify">{t.verify}</h2>
      </div>
      <div class="panel-body stack">
        <p>{t.verifyText}</p>
        <p class="small muted">
          {t.verifyLimits} <code>./vega audit verify</code>
        </p>
        <div class="actions">
          {value?.isRunning ? (
            <button
              type="button"
              class="button"
              onClick={() => {
                controller.current?.abort();
                state.value = null;
              }}
            >
              {t.cancel}
            </button>
          ) : (
            <button type="button" class="button button-primary" onClick={start}>
              {t.start}
            </button>
          )}
          {value?.isRunning && progress && (
            <>
              <progress
                aria-label={t.verify}
                max={Math.max(head.value, 1)}
                value={progress.verified + progress.compacted}
              />
              <span class="small muted number">
                {t.progress(number(progress.verified), number(head.value))}
              </span>
            </>
          )}
        </div>
        {value?.error && <ErrorBox error={value.error} retry={start} />}
        {fault && (
          <div class="box box-bad">
            <Icon name="warning" />
            <div>
              <p>{failure}</p>
              <a href={hrefOf("events", [String(fault.sequence)])}>
                {t.open(number(fault.sequence))}
              </a>
            </div>
          </div>
        )}
        {isWhole && progress && (
          <div class="box box-good">
            <Icon name="check" />
            <div class="grow">
              <p>{result}</p>
              {progress.compacted > 0 && <p class="small">{t.gaps(number(progress.compacted))}</p>}
              {value.anchor && (
                <p class="small audit-anchor">
                  {t.anchor}: <code>{`${value.anchor.sequence}:${value.anchor.hash}`}</code>{" "}
                  <CopyButton
                    text={() => `${value.anchor?.sequence ?? ""}:${value.anchor?.hash ?? ""}`}
                  />
                </p>
              )}
            </div>
          </div>
        )}
      </div>
    </section>
  );
}
