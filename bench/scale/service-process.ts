import type { ChildProcess } from "node:child_process";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { compileCache } from "@vega/supervisor/compile-cache";

const ROOT = join(import.meta.dirname, "../..");
/** Of what it said, for the error when it ends. */
const LAST_WORDS = 4_000;
/** Longer than a service gives itself. */
const STOP_MS = 12_000;

/** One service in a process of its own, which may be started again. */
export interface ServiceProcess {
  pid(): number;
  /** Resolves when it says that it is ready. Throws Error with its last words when it ends instead. */
  start(): Promise<void>;
  kill(): Promise<void>;
  stop(): Promise<void>;
  /** Ends it with -9 and waits for nothing. */
  abandon(): void;
}

export function startService(name: string, env: Readonly<Record<string, string>>): ServiceProcess {
  let child: ChildProcess | undefined;
  let said = "";
  const end = async (signal: NodeJS.Signals) => {
    if (!child || child.exitCode !== null || child.signalCode !== null) return;
    const gone = once(child, "exit");
    child.kill(signal);
    const late = delay(STOP_MS, undefined, { ref: false }).then(() => child?.kill("SIGKILL"));
    await Promise.race([gone, late]);
    await gone;
  };
  return {
    pid: () => child?.pid ?? Number.NaN,
    async start() {
      const main = join("services", name, "src", "main.ts");
      const started = spawn(process.execPath, ["--disable-warning=ExperimentalWarning", main], {
        cwd: ROOT,
        env: { NODE_COMPILE_CACHE: compileCache(ROOT), ...env },
        // With the channel's end, however this program ends, the service stops.
        stdio: ["ignore", "pipe", "pipe", "ipc"],
      });
      child = started;
      for (const stream of [started.stdout, started.stderr]) {
        stream?.setEncoding("utf8").on("data", (text: string) => {
          said = `${said}${text}`.slice(-LAST_WORDS);
        });
      }
      const { promise: ready, resolve } = Promise.withResolvers<void>();
      started.on("message", (message) => {
        if ((message as { type?: unknown } | null)?.type === "ready") resolve();
      });
      const gone = once(started, "exit").then(([code, signal]): never => {
        throw new Error(`${name} ended with ${code ?? signal}: ${said}`);
      });
      gone.catch(() => undefined);
      await Promise.race([ready, gone]);
    },
    kill: () => end("SIGKILL"),
    stop: () => end("SIGTERM"),
    abandon: () => void child?.kill("SIGKILL"),
  };
}
