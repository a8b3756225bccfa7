import { blobs, CHUNK_BYTES, systemContext } from "@vega/contracts";
import type { Bus } from "@vega/messaging";
import { connectBus, createBlobClient, request } from "@vega/messaging";
import { createLogger } from "@vega/service-kit";
import type { NatsServer } from "@vega/test-support";
import { startNatsServer, until } from "@vega/test-support";
import type { ChildProcess } from "node:child_process";
import { spawn } from "node:child_process";
import { createHash, randomBytes, randomUUID } from "node:crypto";
import { once } from "node:events";
import { mkdtemp, readdir, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, expect, test } from "vitest";
import { listed } from "../../services/state/src/blobs/contract/blob-contract.ts";
import { openFileBlobs } from "../../services/state/src/blobs/files/file-blobs.ts";
import { verifyBlob } from "../../services/state/src/blobs/streams.ts";
import { KEPT_MS, keepSwept } from "../../services/state/src/blobs/sweep.ts";

/* kill -9 of state while files are being uploaded. */

const ROUNDS = 2;
const UPLOADS = 3;
const CHUNKS = 6;
const ROOT = fileURLToPath(new URL("../../", import.meta.url));
const CONTEXT = systemContext("test");

let nats: NatsServer;
let bus: Bus;
let folder: string;
let state: ChildProcess;
beforeAll(async () => {
  nats = await startNatsServer();
  folder = await mkdtemp(join(tmpdir(), "vega-blobs-kill-"));
  bus = await connectBus({ url: nats.url, name: "test", log: createLogger("test", "silent") });
  state = await startState();
});
afterAll(async () => {
  state?.kill("SIGKILL");
  await bus?.close();
  await nats?.close();
  await rm(folder, { recursive: true, force: true });
});

async function startState(): Promise<ChildProcess> {
  const program = join(ROOT, "services/state/src/main.ts");
  const child = spawn(process.execPath, ["--disable-warning=ExperimentalWarning", program], {
    stdio: ["ignore", "inherit", "inherit"],
    env: {
      PATH: process.env["PATH"],
      NATS_URL: nats.urlOf("state"),
      VEGA_DATA_DIR: folder,
      VEGA_BACKUP_HOURS: "0",
      LOG_LEVEL: "silent",
    },
  });
  const stat = () => request(bus, blobs.requests.stat, { sha256: "0".repeat(64) }, CONTEXT);
  await until("state replies", async () => {
    const error: unknown = await stat().catch((reason: unknown) => reason);
    return (error as { code?: string }).code === "not_found";
  });
  return child;
}

async function killState(): Promise<void> {
  const ended = once(state, "close");
  state.kill("SIGKILL");
  await ended;
}

test("acknowledged files are there and readable, half ones leave nothing after the sweep", async () => {
  const client = createBlobClient(bus);
  const acknowledged = new Map<string, Buffer>();
  let sent = 0;
  const upload = async () => {
    const content = randomBytes(CHUNKS * CHUNK_BYTES - 7);
    async function* source() {
      for (let at = 0; at < content.byteLength; at += CHUNK_BYTES) {
        sent += 1;
        yield content.subarray(at, at + CHUNK_BYTES);
      }
    }
    const { sha256 } = await client.put(source(), { maxBytes: CHUNKS * CHUNK_BYTES });
    acknowledged.set(sha256, content);
  };
  for (let round = 0; round < ROUNDS; round += 1) {
    sent = 0;
    const uploads = Array.from({ length: UPLOADS }, upload);
    const half = { upload: randomUUID(), index: 0, bytes: randomBytes(CHUNK_BYTES) };
    await request(bus, blobs.requests.write, half, CONTEXT);
    // At another moment in each round, from the first chunks to the last ones.
    const moment = 2 + Math.floor((round * (UPLOADS * CHUNKS - 3)) / (ROUNDS - 1));
    await until("some chunks were sent", () => sent >= moment);
    await killState();
    state = await startState();
    await Promise.all(uploads);
  }
  expect(acknowledged.size).toBe(ROUNDS * UPLOADS);
  await killState();

  const store = openFileBlobs(join(folder, "blobs"));
  const there = await listed(store);
  expect(new Set(there.map(({ sha256 }) => sha256))).toEqual(new Set(acknowledged.keys()));
  for (const [sha256, content] of acknowledged) {
    expect(createHash("sha256").update(content).digest("hex")).toBe(sha256);
    await verifyBlob(store, sha256);
  }
  expect(await readdir(join(folder, "blobs", "uploads"))).toHaveLength(ROUNDS);

  const [named] = acknowledged.keys();
  const sweep = keepSwept({
    blobs: store,
    named: () => Promise.resolve(new Set([named])),
    now: () => Date.now() + KEPT_MS,
    hold: () => false,
    log: createLogger("test", "silent"),
  });
  expect(await sweep.sweep()).toMatchObject({ blobs: acknowledged.size - 1, uploads: ROUNDS });
  await sweep.stop();
  expect(await readdir(join(folder, "blobs", "uploads"))).toEqual([]);
  expect((await listed(store)).map(({ sha256 }) => sha256)).toEqual([named]);
}, 60_000);
