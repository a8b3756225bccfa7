import type { JsonObject } from "@vega/contracts";
import { afterEach, expect, test } from "vitest";
import type { JobWorker } from "./job-worker.ts";
import { startJobWorker } from "./job-worker.ts";
import type { JobLimits } from "./protocol.ts";

const LIMITS = { cpuMs: 100, wallMs: 1_000, heapMb: 64 };
const job = (schema: JsonObject, ...values: unknown[]) => ({
  schema: JSON.stringify(schema),
  values: JSON.stringify(values),
});
const BACKTRACKING = job({ pattern: "^(a+)+$" }, `${"a".repeat(40)}!`);

let worker: JobWorker;
async function newWorker(limits: JobLimits): Promise<JobWorker> {
  worker = startJobWorker(limits);
  await worker.ready;
  return worker;
}
afterEach(() => worker.stop());

test("a job over its processor time ends with its thread", async () => {
  const { run, ended } = await newWorker({ ...LIMITS, wallMs: 60_000 });
  const { outcome, hasEnded } = await run(BACKTRACKING);
  expect({ outcome, hasEnded }).toEqual({ outcome: { kind: "timeout" }, hasEnded: true });
  await ended;
  await expect(run(BACKTRACKING)).rejects.toThrow("ended");
});

test("a job that gets no processor time ends by the clock", async () => {
  const { run } = await newWorker({ ...LIMITS, cpuMs: 20, wallMs: 21 });
  expect((await run(BACKTRACKING)).outcome).toEqual({ kind: "timeout" });
});

test("a thread that is over its memory ends alone", async () => {
  const { run, ended } = await newWorker({ cpuMs: 60_000, wallMs: 60_000, heapMb: 16 });
  // Each element leaves an error for each branch.
  const $defs = { none: { anyOf: Array.from({ length: 300 }, () => ({ type: "null" })) } };
  const elements = Array.from({ length: 30_000 }, () => 1);
  const { outcome, hasEnded } = await run(
    job({ $defs, contains: { $ref: "#/$defs/none" } }, elements),
  );
  expect({ outcome, hasEnded }).toEqual({ outcome: { kind: "out_of_memory" }, hasEnded: true });
  await ended;
});
