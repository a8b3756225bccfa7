import { Worker } from "node:worker_threads";
import type { Job, JobLimits, Message, Verdict } from "./protocol.ts";
import { CPU_AT_START, createJobClock, FINISHED, NOT_STARTED, STARTED } from "./protocol.ts";

export type Outcome = Verdict | { readonly kind: "timeout" } | { readonly kind: "out_of_memory" };

export interface Run {
  readonly outcome: Outcome;
  /** Processor time that the job took. */
  readonly cpuMs: number;
  /** The thread was ended with the job; another has to be started. */
  readonly hasEnded: boolean;
}

/** One worker thread. */
export interface JobWorker {
  /** Resolves when the thread can take a job; rejects where it could not start. */
  readonly ready: Promise<void>;
  readonly ended: Promise<void>;
  /** One job at a time. Rejects where the thread ended for a reason of its own. */
  run(job: Job): Promise<Run>;
  stop(): Promise<void>;
}

/** How often a job beyond `cpuMs` by the clock is looked at again, ms. */
const RECHECK_MS = 20;

export function startJobWorker(limits: JobLimits): JobWorker {
  const clock = createJobClock();
  const worker = new Worker(new URL("./worker.ts", import.meta.url), {
    workerData: clock,
    // Nothing of the service's environment is of use to a schema.
    env: {},
    resourceLimits: { maxOldGenerationSizeMb: limits.heapMb, maxYoungGenerationSizeMb: 8 },
  });
  const ready = Promise.withResolvers<void>();
  const ended = Promise.withResolvers<void>();
  let job: PromiseWithResolvers<Run> | undefined;
  let timer: NodeJS.Timeout | undefined;
  let endedBy: Error | undefined;
  let hasEnded = false;

  const settle = (run: Run) => {
    clearTimeout(timer);
    job?.resolve(run);
    job = undefined;
  };
  const settleOverLimit = (kind: "timeout" | "out_of_memory") =>
    settle({ outcome: { kind }, cpuMs: limits.cpuMs, hasEnded: true });
  const kill = () => {
    settleOverLimit("timeout");
    void worker.terminate();
  };

  const watchIn = (ms: number) => {
    timer = setTimeout(watch, ms);
    timer.unref();
  };
  const watch = () => {
    const startedAt = Atomics.load(clock, STARTED);
    // The reply is on its way.
    if (startedAt === FINISHED) return;
    if (startedAt === NOT_STARTED) return watchIn(RECHECK_MS);
    const wallMs = Number(process.hrtime.bigint() - startedAt) / 1e6;
    if (wallMs >= limits.wallMs) return kill();
    if (wallMs < limits.cpuMs) return watchIn(limits.cpuMs - wallMs);
    void killOverCpuLimit(job);
    watchIn(RECHECK_MS);
  };
  /** The usage arrives later, perhaps after the job. */
  const killOverCpuLimit = async (watched: typeof job) => {
    const usage = await worker.cpuUsage().catch(() => undefined);
    if (!usage || watched === undefined || watched !== job) return;
    const atStart = Number(Atomics.load(clock, CPU_AT_START));
    if ((usage.user + usage.system - atStart) / 1_000 >= limits.cpuMs) kill();
  };

  worker.on("message", (message: Message) => {
    if (message.kind === "ready") ready.resolve();
    else settle({ outcome: message.verdict, cpuMs: message.cpuMs, hasEnded: false });
  });
  worker.on("error", (error: Error & { code?: string }) => {
    endedBy = error;
    if (error.code === "ERR_WORKER_OUT_OF_MEMORY") settleOverLimit("out_of_memory");
  });
  worker.on("exit", () => {
    endedBy = new Error("the schema validation worker ended", { cause: endedBy });
    clearTimeout(timer);
    ready.reject(endedBy);
    job?.reject(endedBy);
    job = undefined;
    hasEnded = true;
    ended.resolve();
  });
  // Whether it starts is known by `ready`; the process need not wait for it.
  ready.promise.catch(() => undefined);
  worker.unref();

  return {
    ready: ready.promise,
    ended: ended.promise,
    run(next) {
      if (hasEnded) return Promise.reject(endedBy ?? new Error("the worker has ended"));
      job = Promise.withResolvers<Run>();
      Atomics.store(clock, STARTED, NOT_STARTED);
      worker.postMessage(next);
      watchIn(limits.cpuMs);
      return job.promise;
    },
    async stop() {
      await worker.terminate();
    },
  };
}
