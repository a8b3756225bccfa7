import type { Api } from "@vega/test-support";
import { setTimeout as delay } from "node:timers/promises";
import type { Probe, Write, WrongReadiness } from "../oracle/readiness.ts";
import { wrongReadiness } from "../oracle/readiness.ts";

const PROBE_PAUSE_MS = 50;
const WRITE_PAUSE_MS = 100;
/** Timeout of a readiness probe, ms */
const PROBE_TIMEOUT_MS = 1_000;
/** A slower write counts as failed, ms */
const WRITE_TIMEOUT_MS = 1_000;
const KEYS = 900;

/** Probes readiness and writes all the time, to compare the two. */
export interface Prober {
  /** Writes with status 200. */
  readonly acknowledged: ReadonlyMap<string, number>;
  /** Wrong readiness since the last call. */
  wrongReadiness(): Promise<WrongReadiness>;
  stop(): Promise<void>;
}

export function startProber({ api }: { readonly api: Api }): Prober {
  const acknowledged = new Map<string, number>();
  const underWay = new Set<Promise<void>>();
  let probes: Probe[] = [];
  let writes: Write[] = [];
  let stopped = false;

  const probe = async () => {
    const at = performance.now();
    const ready = await fetch(`${api.url}/readyz`, {
      signal: AbortSignal.timeout(PROBE_TIMEOUT_MS),
    })
      .then(async (response) => {
        await response.body?.cancel();
        return response.status === 200;
      })
      .catch(() => false);
    probes.push({ at, ready });
  };
  const write = async (number: number) => {
    const at = performance.now();
    const id = `probe-${Math.floor(number / KEYS)}/k${number}`;
    const ok = await api.send("PUT", `/api/memory/${id}`, { value: number }).then(
      ({ status }) => status === 200,
      () => false,
    );
    if (ok) acknowledged.set(id, number);
    writes.push({ at, ok: ok && performance.now() - at < WRITE_TIMEOUT_MS });
  };
  const probing = (async () => {
    for (; !stopped; await delay(PROBE_PAUSE_MS)) await probe();
  })();
  const writing = (async () => {
    for (let number = 1; !stopped; number += 1) {
      const one: Promise<void> = write(number).finally(() => underWay.delete(one));
      underWay.add(one);
      await delay(WRITE_PAUSE_MS);
    }
  })();
  return {
    acknowledged,
    async wrongReadiness() {
      await Promise.all(underWay);
      const result = wrongReadiness(probes, writes);
      probes = probes.slice(-1);
      writes = [];
      return result;
    },
    async stop() {
      stopped = true;
      await Promise.all([probing, writing, ...underWay]);
    },
  };
}
