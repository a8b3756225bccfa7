import type { NatsServer } from "@vega/test-support";
import { reservePort, startNatsServer, until } from "@vega/test-support";
import type { ChildProcess } from "node:child_process";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, expect, test } from "vitest";

/* State as a process on data of a newer version. */

const MAIN = fileURLToPath(new URL("../../services/state/src/main.ts", import.meta.url));
/** sysexits.h EX_CONFIG: the supervisor does not restart it. */
const EX_CONFIG = 78;

let nats: NatsServer;
let folder: string;
let health: number;
const children: ChildProcess[] = [];
beforeAll(async () => {
  nats = await startNatsServer();
  folder = await mkdtemp(join(tmpdir(), "vega-data-format-"));
  health = await reservePort();
});
afterAll(async () => {
  for (const child of children) child.kill("SIGKILL");
  await nats.close();
  await rm(folder, { recursive: true });
});

function startState(): { exit: Promise<number | null>; output: () => string } {
  const child = spawn(process.execPath, ["--disable-warning=ExperimentalWarning", MAIN], {
    env: {
      PATH: process.env["PATH"],
      NATS_URL: nats.url,
      VEGA_DATA_DIR: folder,
      VEGA_SECRET: "a-secret-for-tests-only-0123456789",
      HEALTH_LISTEN: `127.0.0.1:${health}`,
    },
    stdio: ["ignore", "pipe", "pipe"],
  });
  children.push(child);
  let text = "";
  for (const stream of [child.stdout, child.stderr]) {
    stream.on("data", (chunk: Buffer) => (text += chunk.toString()));
  }
  const exit = once(child, "exit").then(([code]) => code as number | null);
  return { exit, output: () => text };
}

const isReady = () =>
  fetch(`http://127.0.0.1:${health}/readyz`).then(
    ({ status }) => status === 200,
    () => false,
  );

test("a running service ends once a newer version has raised min_reader, and cannot start afterwards", async () => {
  const running = startState();
  await until("state is ready", isReady);
  const database = new DatabaseSync(join(folder, "vega.db"));
  database.exec("PRAGMA busy_timeout = 5000; PRAGMA user_version = 9");
  database.exec("UPDATE data_format SET written_by = 10");
  database.close();
  // Each look at its readiness looks at the marks.
  await until("state is not ready", async () => !(await isReady()));
  expect(await running.exit).toBe(EX_CONFIG);
  expect(running.output()).toContain("needs a version of VEGA with data format 9 or newer");

  const before = await readFile(join(folder, "vega.db"));
  const refused = startState();
  expect(await refused.exit).toBe(EX_CONFIG);
  expect(refused.output()).toContain("written with data format 10");
  expect(refused.output()).toContain("restore a backup made before the upgrade");
  expect(await readFile(join(folder, "vega.db"))).toEqual(before);
});
