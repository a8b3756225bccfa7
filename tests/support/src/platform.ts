import type { ChildProcess } from "node:child_process";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { reservePort } from "../../../tools/reserve-port.ts";
import type { Api } from "./api.ts";
import { createApi } from "./api.ts";
import { trackLive } from "./live-platforms.ts";
import { until } from "./until.ts";

const ROOT = fileURLToPath(new URL("../../../", import.meta.url));
const TOKEN = "a-token-for-tests-only";

/** run.json: the supervisor and its processes. */
export interface RunFile {
  readonly pid: number;
  readonly nats_url: string;
  readonly children: readonly { readonly name: string; readonly pid: number }[];
}

/** The platform as `npm start` runs it: a supervisor and a process for each service. */
export interface Platform {
  readonly folder: string;
  readonly api: Api;
  /** stdout and stderr so far. */
  output(): string;
  runFile(): Promise<RunFile>;
  /** Starts the supervisor; resolves when it reports that it is up. */
  start(): Promise<void>;
  /** Starts it and waits for its end, for starts that must fail. */
  startAndEnd(): Promise<{ code: number | null; output: string }>;
  /** Ends the supervisor by a signal and waits for the end. */
  end(signal: "SIGINT" | "SIGTERM" | "SIGKILL"): Promise<number | null>;
  /** Kills one of its processes with SIGKILL. */
  killChild(name: string): Promise<void>;
  ready(): Promise<void>;
  /** Stops it and removes its folder. */
  close(): Promise<void>;
}

function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
}

/**
 * @param root the checkout that it runs from
 * @param args options of `vega start`
 */
export async function createPlatform(
  env: Record<string, string> = {},
  token = TOKEN,
  root = ROOT,
  args: readonly string[] = [],
): Promise<Platform> {
  const folder = await mkdtemp(join(tmpdir(), "vega-platform-"));
  const port = env["PORT"] ?? String(await reservePort());
  const api = createApi(`http://127.0.0.1:${port}`, token);
  let child: ChildProcess | undefined;
  let output = "";

  const launch = (): ChildProcess => {
    const cli = join(root, "apps/cli/src/main.ts");
    const nodeArgs = ["--disable-warning=ExperimentalWarning", cli, "start", ...args];
    const started = spawn(process.execPath, nodeArgs, {
      stdio: ["ignore", "pipe", "pipe"],
      env: {
        PATH: process.env["PATH"],
        HOME: process.env["HOME"],
        VEGA_DATA_DIR: join(folder, "data"),
        VEGA_ADMIN_TOKEN: TOKEN,
        VEGA_OFFER_WHITEPAPERS: "false",
        PORT: port,
        ...env,
      },
    });
    for (const stream of [started.stdout, started.stderr]) {
      stream?.setEncoding("utf8").on("data", (text: string) => (output += text));
    }
    return started;
  };
  const runFile = async () =>
    JSON.parse(await readFile(join(folder, "data", "run.json"), "utf8")) as RunFile;
  const ready = async () => {
    await until("the platform is ready", async () => (await fetch(`${api.url}/readyz`)).ok, 60_000);
  };
  const end = async (signal: NodeJS.Signals) => {
    if (!child || child.exitCode !== null || child.signalCode !== null) return null;
    const ended = once(child, "exit") as Promise<[number | null]>;
    child.kill(signal);
    const [code] = await ended;
    return code;
  };

  const untrack = trackLive({ output: () => output });

  return {
    folder,
    api,
    runFile,
    ready,
    end,
    output: () => output,
    async start() {
      const from = output.length;
      child = launch();
      const gone = once(child, "exit").then(() => {
        throw new Error(`the platform ended:\n${output.slice(from)}`);
      });
      const up = until("it is up", () => output.slice(from).includes("VEGA is up"), 60_000);
      await Promise.race([up, gone]);
    },
    async startAndEnd() {
      const from = output.length;
      const started = launch();
      const [code] = (await once(started, "close")) as [number | null];
      return { code, output: output.slice(from) };
    },
    async killChild(name) {
      const found = (await runFile()).children.find((candidate) => candidate.name === name);
      if (!found) throw new Error(`${name} is not running`);
      process.kill(found.pid, "SIGKILL");
      // Later requests must not reach the old process.
      await until(`${name} has ended`, () => !isAlive(found.pid));
    },
    async close() {
      await end("SIGTERM");
      untrack();
      await rm(folder, { recursive: true, force: true });
      const refused = output.split("\n").filter((line) => line.includes("Violation - User"));
      if (refused.length > 0) throw new Error(`the bus refused:\n${refused.join("\n")}`);
    },
  };
}
