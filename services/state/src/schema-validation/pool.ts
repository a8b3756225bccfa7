import type { FairQueue } from "./fair-queue.ts";
import type { JobWorker, Run } from "./job-worker.ts";
import { startJobWorker } from "./job-worker.ts";
import type { Job, JobLimits } from "./protocol.ts";

/** One owner's jobs use one worker at most, so the other worker serves the other owners. */
const WORKERS = 2;

export interface WaitingJob {
  /** Called when the job runs, so that what waits holds no second copy of its values. */
  readonly job: () => Job;
  /** Called when the job's turn comes: false where it has been settled and needs no worker. */
  readonly isWanted: () => boolean;
  readonly resolve: (run: Run) => void;
  readonly reject: (error: unknown) => void;
}

export interface Pool {
  /** Runs queued jobs on idle workers; to be called after a job was queued. */
  pump(): void;
  stop(): Promise<void>;
}

export interface PoolOptions {
  readonly queue: FairQueue<WaitingJob>;
  readonly limits: JobLimits;
  /** Suspects together use one worker at most: their jobs never take the last idle one. */
  readonly isSuspect: (owner: string) => boolean;
}

/** Runs queued jobs in worker threads. The threads start with the first job. */
export function createPool({ queue, limits, isSuspect }: PoolOptions): Pool {
  const workers = new Set<JobWorker>();
  const idle = new Set<JobWorker>();
  const busyOwners = new Set<string>();
  const isBusy = (owner: string) => busyOwners.has(owner);
  const hasToWait = (owner: string) => isBusy(owner) || (idle.size < WORKERS && isSuspect(owner));
  /** Workers start one after the other, so that the first is there sooner. */
  let isStarting = false;
  let isStopped = false;

  const start = async (): Promise<void> => {
    if (isStarting || workers.size >= WORKERS) return;
    isStarting = true;
    const worker = startJobWorker(limits);
    workers.add(worker);
    void worker.ended.then(() => {
      workers.delete(worker);
      idle.delete(worker);
    });
    try {
      await worker.ready;
      idle.add(worker);
    } catch (error) {
      // The next job tries again, so a start that always fails is no endless loop.
      return rejectAll(error);
    } finally {
      isStarting = false;
    }
    pump();
  };

  const runOn = async (worker: JobWorker, owner: string, waiting: WaitingJob): Promise<void> => {
    idle.delete(worker);
    busyOwners.add(owner);
    try {
      const run = await worker.run(waiting.job());
      waiting.resolve(run);
      if (run.hasEnded) await worker.ended;
      else idle.add(worker);
    } catch (error) {
      waiting.reject(error);
      await worker.ended;
    }
    busyOwners.delete(owner);
    pump();
  };

  const nextWanted = () => {
    for (;;) {
      const next = queue.take(hasToWait);
      if (!next || next.item.isWanted()) return next;
    }
  };

  const rejectAll = (error: unknown) => {
    for (const { reject } of queue.drain()) reject(error);
  };

  const pump = () => {
    if (isStopped) return rejectAll(new Error("schema validation has stopped"));
    for (const worker of idle) {
      const next = nextWanted();
      if (!next) break;
      void runOn(worker, next.owner, next.item);
    }
    // A worker that has ended is replaced before the next job needs it.
    void start();
  };

  return {
    pump,
    async stop() {
      isStopped = true;
      pump();
      await Promise.all(Array.from(workers, (worker) => worker.stop()));
    },
  };
}
