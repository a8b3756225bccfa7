import type { ChildProcess } from "node:child_process";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { readdirSync, readFileSync } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { connect } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { reservePort } from "../reserve-port.ts";
import { installSecantus } from "./install.mjs";

const START_MS = 30_000;
const POLL_MS = 20;
/** Characters of the server's output that a start error shows. */
const OUTPUT_TAIL_LENGTH = 2_000;

export interface SecantusOptions {
  readonly log: (text: string) => void;
  /** Data folder; a temporary one by default, which `close` removes. */
  readonly storagePath?: string;
  /** A free one by default; unchanged after a restart. */
  readonly port?: number;
  /** Further arguments of the server, such as `--standalone`. */
  readonly args?: readonly string[];
}

/** A MongoDB for tests: SecantusDB as a replica set of one member, on loopback. */
export interface Secantus {
  readonly port: number;
  readonly url: string;
  /** The URL with a database in its path. */
  urlOf(database: string): string;
  /** Of the running process, or of the last one. */
  readonly pid: number | undefined;
  /** SIGKILL; keeps the data. */
  kill(): Promise<void>;
  /** SIGTERM; takes some seconds; keeps the data. */
  stop(): Promise<void>;
  /** Starts it with the same data, after a SIGKILL where it runs. */
  restart(): Promise<void>;
  /** SIGSTOP: nothing is processed until `resume`; connections stay open. */
  pause(): Promise<void>;
  resume(): void;
  /** SIGKILL; removes the temporary folder. */
  close(): Promise<void>;
}

/** Installs SecantusDB where it is missing; resolves when it accepts connections. @throws Error with reason and remedy */
export async function startSecantus(options: SecantusOptions): Promise<Secantus> {
  const program = join(await installSecantus(options), "bin", "secantusd-py");
  const own = options.storagePath === undefined;
  const folder = options.storagePath ?? (await mkdtemp(join(tmpdir(), "vega-secantus-")));
  const port = options.port ?? (await reservePort());
  const address = ["--host", "127.0.0.1", "--port", String(port), "--storage-path", folder];
  // Without --sync-on-commit it accepts `j: true` and does not sync.
  const args = [...address, "--sync-on-commit", ...(options.args ?? [])];
  let child: ChildProcess | undefined;

  const end = async (signal: NodeJS.Signals) => {
    if (!child || hasEnded(child)) return;
    const ended = once(child, "exit");
    child.kill(signal);
    await ended;
  };
  const start = async () => {
    child = spawn(program, args, { stdio: ["ignore", "pipe", "pipe"], cwd: folder });
    await untilListening(child, port);
  };
  const killAtExit = () => void child?.kill("SIGKILL");
  process.once("exit", killAtExit);
  const close = async () => {
    await end("SIGKILL");
    process.off("exit", killAtExit);
    if (own) await rm(folder, { recursive: true, force: true });
  };
  try {
    await start();
  } catch (error) {
    await close();
    throw error;
  }

  // Direct: a driver that discovers members would drop the only one at its shutdown.
  const urlOf = (database: string) =>
    `mongodb://127.0.0.1:${port}/${database}?directConnection=true`;
  return {
    port,
    url: urlOf(""),
    urlOf,
    get pid() {
      return child?.pid;
    },
    kill: () => end("SIGKILL"),
    stop: () => end("SIGTERM"),
    async restart() {
      await end("SIGKILL");
      await start();
    },
    async pause() {
      const pid = child?.pid;
      child?.kill("SIGSTOP");
      // The signal acts with a delay; until then the server still responds.
      while (pid !== undefined && !isStopped(pid)) await delay(POLL_MS);
    },
    resume: () => void child?.kill("SIGCONT"),
    close,
  };
}

/** Whether every thread of a process is stopped (proc(5)), or the process has ended. */
function isStopped(pid: number): boolean {
  try {
    return readdirSync(`/proc/${pid}/task`).every((thread) =>
      /^\d+ \(.*\) [Tt]/.test(readFileSync(`/proc/${pid}/task/${thread}/stat`, "utf8")),
    );
  } catch {
    return true;
  }
}

/** True also for a process that could not be started. */
const hasEnded = ({ pid, exitCode, signalCode }: ChildProcess) =>
  pid === undefined || exitCode !== null || signalCode !== null;

async function untilListening(child: ChildProcess, port: number): Promise<void> {
  let output = "";
  const collect = (chunk: Buffer) =>
    (output = `${output}${chunk.toString()}`.slice(-OUTPUT_TAIL_LENGTH));
  child.stdout?.on("data", collect);
  child.stderr?.on("data", collect);
  const failed = new Promise<never>((_, reject) => child.once("error", reject));
  const giveUp = performance.now() + START_MS;
  while (!(await Promise.race([listens(port), failed]))) {
    if (hasEnded(child)) throw new Error(`SecantusDB failed to start: ${output}`);
    if (performance.now() > giveUp) throw new Error(`SecantusDB does not listen: ${output}`);
    await delay(POLL_MS);
  }
}

function listens(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, "127.0.0.1");
    socket.once("connect", () => {
      socket.destroy();
      resolve(true);
    });
    socket.once("error", () => resolve(false));
  });
}
