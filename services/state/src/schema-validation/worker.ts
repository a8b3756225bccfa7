import { parentPort, workerData } from "node:worker_threads";
import type { Job, JobClock, Message } from "./protocol.ts";
import { CPU_AT_START, FINISHED, STARTED } from "./protocol.ts";
import { validateJob, warmUp } from "./validate.ts";

/* The worker's entry: one job at a time. */

const clock = workerData as JobClock;
const send = (message: Message) => parentPort?.postMessage(message);

function cpuMicroseconds(): number {
  const { user, system } = process.threadCpuUsage();
  return user + system;
}

parentPort?.on("message", (job: Job) => {
  const before = cpuMicroseconds();
  Atomics.store(clock, CPU_AT_START, BigInt(before));
  Atomics.store(clock, STARTED, process.hrtime.bigint());
  const verdict = validateJob(job);
  Atomics.store(clock, STARTED, FINISHED);
  send({ kind: "done", verdict, cpuMs: (cpuMicroseconds() - before) / 1_000 });
});

warmUp();
send({ kind: "ready" });
