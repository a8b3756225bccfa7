import type { BusUser } from "@vega/contracts";
import type { ChildProcess } from "node:child_process";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { connect } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { busAccounts } from "@vega/supervisor/bus-users/accounts";
import { findNatsServer } from "../../../tools/nats-server.mjs";
import { reservePort } from "../../../tools/reserve-port.ts";
import { until } from "./until.ts";

const ROOT = fileURLToPath(new URL("../../../", import.meta.url));

/** A nats-server with JetStream and VEGA's permissions, on its own port and in its own folder. */
export interface NatsServer {
  /** For the test itself, without restrictions. */
  readonly url: string;
  /** Of the running or last process. */
  readonly pid: number | undefined;
  /** Folder of what JetStream stores on disk. */
  readonly storage: string;
  /** For a service or an observer. */
  urlOf(user: BusUser): string;
  /** Log lines about refused subjects since the last call. */
  refused(): string[];
  /** Kills it with SIGKILL. */
  kill(): Promise<void>;
  /** Restarts it on the same port; `wipe` removes its storage first. */
  restart(options?: { wipe?: boolean }): Promise<void>;
  pause(): void;
  resume(): void;
  /** Stops it and removes its folder. */
  close(): Promise<void>;
}

const listens = (port: number) =>
  new Promise<boolean>((resolve) => {
    const socket = connect(port, "127.0.0.1");
    socket.once("data", () => resolve(socket.destroy() !== undefined));
    socket.once("error", () => resolve(false));
  });

const TEST_USER = "test";
/** Of all users, in tests only. */
const PASSWORD = "a-password-for-tests-only";

export async function startNatsServer(): Promise<NatsServer> {
  const binary = await findNatsServer({ env: process.env, log: console.log, root: ROOT });
  const folder = await mkdtemp(join(tmpdir(), "vega-nats-"));
  const store = join(folder, "jetstream");
  const config = join(folder, "nats.conf");
  const everything = `{ user: ${TEST_USER}, password: "${PASSWORD}" }`;
  await writeFile(
    config,
    busAccounts(() => `"${PASSWORD}"`, [everything]),
  );
  const port = await reservePort();
  const refused: string[] = [];
  let child: ChildProcess | undefined;

  const start = async () => {
    const listen = ["-a", "127.0.0.1", "-p", String(port)];
    const spawned = spawn(binary, ["-c", config, ...listen, "-js", "-sd", store], {
      stdio: ["ignore", "ignore", "pipe"],
    });
    child = spawned;
    createInterface(spawned.stderr).on("line", (line) => {
      if (line.includes("Violation")) refused.push(line);
    });
    await until("nats-server listens", () => listens(port));
  };
  const kill = async () => {
    if (!child || child.exitCode !== null || child.signalCode !== null) return;
    const gone = once(child, "exit");
    child.kill("SIGKILL");
    await gone;
  };
  // An aborted test run leaves no server behind.
  const killAtExit = () => void child?.kill("SIGKILL");
  process.once("exit", killAtExit);
  await start();

  const urlOf = (user: string) => `nats://${user}:${PASSWORD}@127.0.0.1:${port}`;
  return {
    url: urlOf(TEST_USER),
    get pid() {
      return child?.pid;
    },
    storage: store,
    urlOf,
    refused: () => refused.splice(0),
    kill,
    async restart({ wipe = false } = {}) {
      await kill();
      if (wipe) await rm(store, { recursive: true, force: true });
      await start();
    },
    pause: () => void child?.kill("SIGSTOP"),
    resume: () => void child?.kill("SIGCONT"),
    async close() {
      await kill();
      process.off("exit", killAtExit);
      await rm(folder, { recursive: true, force: true });
    },
  };
}
