import type { Api } from "@vega/test-support";
import { setTimeout as delay } from "node:timers/promises";
import type { Said, Tried, Untruth } from "../judge/truth.ts";
import { untruthOf } from "../judge/truth.ts";

const SAY_MS = 50;
const TRY_MS = 100;
/** Who waits longer for a readiness probe has an answer: no. */
const PATIENCE_MS = 1_000;
/** A request that takes longer has not succeeded, in the eyes of who waits for it. */
const WORKED_MS = 1_000;
const KEYS = 900;

/** Asks all the time whether the platform is ready, and finds out whether it is. */
export interface Prober {
  /** Its writes that were answered with 200. */
  readonly acknowledged: ReadonlyMap<string, number>;
  /** How far readiness was from the truth since this was called last. */
  untruth(): Promise<Untruth>;
  stop(): Promise<void>;
}

export function startProber({ api }: { readonly api: Api }): Prober {
  const acknowledged = new Map<string, number>();
  const underWay = new Set<Promise<void>>();
  let said: Said[] = [];
  let tried: Tried[] = [];
  let stopped = false;

  const say = async () => {
    const at = performance.now();
    const ready = await fetch(`${api.url}/readyz`, { signal: AbortSignal.timeout(PATIENCE_MS) })
      .then(async (response) => {
        await response.body?.cancel();
        return response.status === 200;
      })
      .catch(() => false);
    said.push({ at, ready });
  };
  const write = async (number: number) => {
    const at = performance.now();
    const id = `probe-${Math.floor(number / KEYS)}/k${number}`;
    const ok = await api.send("PUT", `/api/memory/${id}`, { value: number }).then(
      ({ status }) => status === 200,
      () => false,
    );
    if (ok) acknowledged.set(id, number);
    tried.push({ at, ok: ok && performance.now() - at < WORKED_MS });
  };
  const saying = (async () => {
    for (; !stopped; await delay(SAY_MS)) await say();
  })();
  const trying = (async () => {
    for (let number = 1; !stopped; number += 1) {
      const one: Promise<void> = write(number).finally(() => underWay.delete(one));
      underWay.add(one);
      await delay(TRY_MS);
    }
  })();
  return {
    acknowledged,
    async untruth() {
      await Promise.all(underWay);
      const result = untruthOf(said, tried);
      said = said.slice(-1);
      tried = [];
      return result;
    },
    async stop() {
      stopped = true;
      await Promise.all([saying, trying, ...underWay]);
    },
  };
}
