import { reservePort, until } from "@vega/test-support";
import { spawn } from "node:child_process";
import { randomBytes } from "node:crypto";
import { once } from "node:events";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { delimiter, dirname, join } from "node:path";
import { WITHOUT_BACKUPS } from "../../src/cluster/platform.ts";
import { manifestOf } from "./checkout.ts";
import { startCommand } from "./start-command.ts";

const READY_MS = 60_000;
const OUTPUT_TAIL = 4_000;

/** A platform that runs from a checkout, reached over HTTP and NATS only: the other side's code is never imported. */
export interface Side {
  readonly url: string;
  readonly writeHeaders: Readonly<Record<string, string>>;
  /** From the start of the process to the first 200 of /readyz. */
  readonly startMs: number;
  /** The bus, for observers. */
  readonly natsUrl: string;
  /** Its processes by name, with the supervisor. */
  readonly pids: ReadonlyMap<string, number>;
  /** Stops it and removes its data. */
  close(): Promise<void>;
}

export interface SideOptions {
  /** The folder of the checkout. */
  readonly checkout: string;
  readonly natsServer: string;
  /** Content of the provider file. */
  readonly providers: object;
}

/** Starts a checkout by its own `start` script on an empty data folder. */
export async function startSide({ checkout, natsServer, providers }: SideOptions): Promise<Side> {
  const folder = await mkdtemp(join(tmpdir(), "vega-bench-against-"));
  const providersFile = join(folder, "providers.json");
  await writeFile(providersFile, JSON.stringify(providers));
  const token = randomBytes(24).toString("base64url");
  const port = await reservePort();
  const url = `http://127.0.0.1:${port}`;
  const data = join(folder, "data");
  let output = "";
  const started = performance.now();
  const child = spawn("sh", ["-c", startCommand(manifestOf(checkout))], {
    cwd: checkout,
    stdio: ["ignore", "pipe", "pipe"],
    env: {
      PATH: [dirname(process.execPath), process.env["PATH"]].join(delimiter),
      HOME: process.env["HOME"],
      PORT: String(port),
      VEGA_DATA_DIR: data,
      VEGA_PROVIDERS_FILE: providersFile,
      VEGA_ADMIN_TOKEN: token,
      VEGA_ADMIN_PASSWORD: randomBytes(24).toString("base64url"),
      NATS_SERVER_BIN: natsServer,
      ...WITHOUT_BACKUPS,
    },
  });
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding("utf8").on("data", (text: string) => {
      output = `${output}${text}`.slice(-OUTPUT_TAIL);
    });
  }
  const exited = once(child, "exit");
  const close = async () => {
    child.kill("SIGINT");
    await exited;
    await rm(folder, { recursive: true, force: true });
  };
  try {
    const failed = exited.then(([code, signal]): never => {
      throw new Error(`${checkout} exited with ${code ?? signal}: ${output}`);
    });
    failed.catch(() => undefined);
    const ready = until(
      `${checkout} is ready`,
      async () => (await fetch(`${url}/readyz`)).ok,
      READY_MS,
    );
    await Promise.race([ready, failed]);
    const startMs = performance.now() - started;
    const run = JSON.parse(await readFile(join(data, "run.json"), "utf8")) as RunFile;
    const children = run.children.map(({ name, pid }) => [name, pid] as const);
    return {
      url,
      writeHeaders: { authorization: `Bearer ${token}`, "content-type": "application/json" },
      startMs,
      natsUrl: run.nats_url,
      pids: new Map([["supervisor", run.pid], ...children]),
      close,
    };
  } catch (error) {
    await close();
    throw error;
  }
}

interface RunFile {
  readonly pid: number;
  readonly nats_url: string;
  readonly children: readonly { readonly name: string; readonly pid: number }[];
}
