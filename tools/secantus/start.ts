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
/** What the server said last, for the error when it does not start. */
const LAST_WORDS = 2_000;

export interface SecantusOptions {
  readonly log: (text: string) => void;
  /** Where it keeps its data; default a folder of its own, which `close` removes. */
  readonly storagePath?: string;
  /** Default any that is free; the same again after a restart. */
  readonly port?: number;
  /** Further arguments of the server, as `--standalone`. */
  readonly args?: readonly string[];
}

/** A MongoDB to test against: SecantusDB as a replica set of one, on this machine only. */
export interface Secantus {
  readonly port: number;
  readonly url: string;
  /** The URL with a database in its path. */
  urlOf(database: string): string;
  /** Of the process that runs or ran last. */
  readonly pid: number | undefined;
  /** Ends it with -9. Its data stay. */
  kill(): Promise<void>;
  /** Asks it to end; takes some seconds. Its data stay. */
  stop(): Promise<void>;
  /** Starts it again with the same data; ends it with -9 before where it runs. */
  restart(): Promise<void>;
  /** It does nothing until `resume`, but its connections stay. */
  pause(): Promise<void>;
  resume(): void;
  /** Ends it with -9; removes the folder made for it. */
  close(): Promise<void>;
}

/** Installs it where need be and resolves when it takes connections. Throws Error that says why it can't be had. */
export async function startSecantus(options: SecantusOptions): Promise<Secantus> {
  const program = join(await installSecantus(options), "bin", "secantusd-py");
  const own = options.storagePath === undefined;
  const folder = options.storagePath ?? (await mkdtemp(join(tmpdir(), "vega-secantus-")));
  const port = options.port ?? (await reservePort());
  const address = ["--host", "127.0.0.1", "--port", String(port), "--storage-path", folder];
  // Without --sync-on-commit it takes `j: true` and does not keep it.
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

  // Direct: it is the only member, and a driver that looked for others would lose it when it says good-bye.
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
      // The signal takes its time; until then the server still answers.
      while (pid !== undefined && !isStopped(pid)) await delay(POLL_MS);
    },
    resume: () => void child?.kill("SIGCONT"),
    close,
  };
}

/** Whether every thread of a process is stopped (proc(5)); one that is gone is. */
function isStopped(pid: number): boolean {
  try {
    return readdirSync(`/proc/${pid}/task`).every((thread) =>
      /^\d+ \(.*\) [Tt]/.test(readFileSync(`/proc/${pid}/task/${thread}/stat`, "utf8")),
    );
  } catch {
    return true;
  }
}

/** Also where it never began. */
const hasEnded = ({ pid, exitCode, signalCode }: ChildProcess) =>
  pid === undefined || exitCode !== null || signalCode !== null;

async function untilListening(child: ChildProcess, port: number): Promise<void> {
  let said = "";
  const hear = (chunk: Buffer) => (said = `${said}${chunk.toString()}`.slice(-LAST_WORDS));
  child.stdout?.on("data", hear);
  child.stderr?.on("data", hear);
  const failed = new Promise<never>((_, reject) => child.once("error", reject));
  const giveUp = performance.now() + START_MS;
  while (!(await Promise.race([listens(port), failed]))) {
    if (hasEnded(child)) throw new Error(`SecantusDB ended at its start: ${said}`);
    if (performance.now() > giveUp) throw new Error(`SecantusDB does not listen: ${said}`);
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
