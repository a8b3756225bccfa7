import { compileCache } from "@vega/supervisor/compile-cache";
import type { ChildProcess } from "node:child_process";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";

const ROOT = join(import.meta.dirname, "../../..");
/** Characters of output that an error shows. */
const OUTPUT_TAIL = 4_000;
/** Longer than the services' own shutdown timeout. */
const STOP_MS = 12_000;

/** One service in a process of its own, which can be restarted. */
export interface ServiceProcess {
  pid(): number;
  /** Resolves when the service reports ready. Throws Error with the end of its output when it exits instead. */
  start(): Promise<void>;
  kill(): Promise<void>;
  stop(): Promise<void>;
  /** Sends SIGKILL and does not wait. */
  abandon(): void;
}

export function startService(name: string, env: Readonly<Record<string, string>>): ServiceProcess {
  let child: ChildProcess | undefined;
  let output = "";
  const end = async (signal: NodeJS.Signals) => {
    if (!child || child.exitCode !== null || child.signalCode !== null) return;
    const exited = once(child, "exit");
    child.kill(signal);
    const late = delay(STOP_MS, undefined, { ref: false }).then(() => child?.kill("SIGKILL"));
    await Promise.race([exited, late]);
    await exited;
  };
  return {
    pid: () => child?.pid ?? Number.NaN,
    async start() {
      const main = join("services", name, "src", "main.ts");
      const started = spawn(process.execPath, ["--disable-warning=ExperimentalWarning", main], {
        cwd: ROOT,
        env: { NODE_COMPILE_CACHE: compileCache(ROOT), ...env },
        // The service stops when the channel closes, so also when this program is killed.
        stdio: ["ignore", "pipe", "pipe", "ipc"],
      });
      child = started;
      for (const stream of [started.stdout, started.stderr]) {
        stream?.setEncoding("utf8").on("data", (text: string) => {
          output = `${output}${text}`.slice(-OUTPUT_TAIL);
        });
      }
      const { promise: ready, resolve } = Promise.withResolvers<void>();
      started.on("message", (message) => {
        if ((message as { type?: unknown } | null)?.type === "ready") resolve();
      });
      const exited = once(started, "exit").then(([code, signal]): never => {
        throw new Error(`${name} exited with ${code ?? signal}: ${output}`);
      });
      exited.catch(() => undefined);
      await Promise.race([ready, exited]);
    },
    kill: () => end("SIGKILL"),
    stop: () => end("SIGTERM"),
    abandon: () => void child?.kill("SIGKILL"),
  };
}
