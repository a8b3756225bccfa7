import { readFileSync } from "node:fs";
import type { ChildProcess } from "node:child_process";
import { spawn } from "node:child_process";
import { createRequire } from "node:module";
import { setPriority } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { RenderingError } from "./errors.ts";
import type { Job, Reply } from "./protocol.ts";

/** Limits of one document. */
export interface RenderingLimits {
  /** Processor time. */
  readonly cpuMs: number;
  readonly wallMs: number;
  /** JavaScript heap of the child process. */
  readonly heapMb: number;
  /** Resident memory of the child process. */
  readonly residentMb: number;
}

const WORKER = fileURLToPath(new URL("worker.ts", import.meta.url));
const POLL_MS = 100;

/** The folders that the child may read: this package, and the packages that it uses. */
const readable = (): string[] => {
  const require = createRequire(import.meta.url);
  const packages = dirname(dirname(require.resolve("dejavu-fonts-ttf/package.json")));
  return [dirname(dirname(WORKER)), packages];
};

/** Seconds between the limit of this process and that of the kernel, which also ends a worker without a parent. */
const KERNEL_MARGIN = 2;

function startWorker({ cpuMs, heapMb }: RenderingLimits): ChildProcess {
  const seconds = Math.ceil(cpuMs / 1_000) + KERNEL_MARGIN;
  return spawn(
    "/bin/sh",
    [
      "-c",
      `ulimit -t ${seconds} && exec "$0" "$@"`,
      process.execPath,
      `--max-old-space-size=${heapMb}`,
      "--disable-warning=ExperimentalWarning",
      "--permission",
      ...readable().map((folder) => `--allow-fs-read=${join(folder, "*")}`),
      WORKER,
    ],
    { serialization: "advanced", env: {}, stdio: ["ignore", "ignore", "ignore", "ipc"] },
  );
}

/**
 * Runs one job in a process of its own, which has no environment, may write no file, start no process, and is killed at
 * its limits. Throws RenderingError.
 */
export async function runJob(
  job: Job,
  limits: RenderingLimits,
  signal: AbortSignal,
): Promise<Reply> {
  signal.throwIfAborted();
  const child = startWorker(limits);
  lowerPriority(child.pid);
  const done = Promise.withResolvers<Reply>();
  const stop = (error: Error) => {
    done.reject(error);
    child.kill("SIGKILL");
  };
  const startedAt = performance.now();
  const watch = setInterval(() => {
    const over = child.pid === undefined ? undefined : exceeded(child.pid, startedAt, limits);
    if (over) stop(new RenderingError("too_large", `the document ${over}; shorten or split it`));
  }, POLL_MS);
  const onAbort = () => stop(new RenderingError("internal", "the service stops"));
  signal.addEventListener("abort", onAbort);
  child.once("message", (reply: Reply) => done.resolve(reply));
  child.once("error", stop);
  child.once("exit", (code, killedBy) => {
    if (killedBy === "SIGXCPU" || code === 128 + SIGXCPU) {
      done.reject(new RenderingError("too_large", "the document takes too much processor time"));
      return;
    }
    const isOutOfMemory = killedBy === "SIGABRT" || killedBy === "SIGTRAP" || code === 134;
    done.reject(
      isOutOfMemory
        ? new RenderingError(
            "too_large",
            `the document takes more than ${limits.heapMb} MB; split it`,
          )
        : new RenderingError("internal", `the rendering process ended with ${killedBy ?? code}`),
    );
  });
  child.send(job, (error) => {
    if (error) stop(error);
  });
  try {
    return await done.promise;
  } finally {
    clearInterval(watch);
    signal.removeEventListener("abort", onAbort);
    child.kill("SIGKILL");
  }
}

/** Requests of others come first. */
function lowerPriority(pid: number | undefined): void {
  try {
    if (pid !== undefined) setPriority(pid, NICE);
  } catch {
    // It has ended already.
  }
}

const NICE = 5;

const SIGXCPU = 24;

/** Linux reports processor time in hundredths of a second. */
const TICK_MS = 10;
const MB = 1024 * 1024;

/** The limit that a process has exceeded; undefined: none, or it has ended. */
function exceeded(pid: number, startedAt: number, limits: RenderingLimits): string | undefined {
  if (performance.now() - startedAt > limits.wallMs) return `takes more than ${limits.wallMs} ms`;
  let stat: string;
  try {
    stat = readFileSync(`/proc/${pid}/stat`, "latin1");
  } catch {
    return undefined;
  }
  // The second field is the name, which may have spaces: proc_pid_stat(5).
  const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
  const cpuMs = (Number(fields[11]) + Number(fields[12])) * TICK_MS;
  if (cpuMs > limits.cpuMs) return `takes more than ${limits.cpuMs} ms of processor time`;
  const resident = Number(fields[21]) * 4096;
  if (resident > limits.residentMb * MB) return `takes more than ${limits.residentMb} MB`;
  return undefined;
}
