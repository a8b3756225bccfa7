import { compileCache } from "@vega/supervisor/compile-cache";
import type { Network } from "@vega/test-support";
import { startNetwork, until } from "@vega/test-support";
import type { ChildProcess } from "node:child_process";
import { spawn } from "node:child_process";
import { createHash, randomBytes, randomUUID } from "node:crypto";
import { once } from "node:events";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, expect, test } from "vitest";

/* Uploads while the processes of state and gateway are killed with SIGKILL. */

const ROOT = fileURLToPath(new URL("../..", import.meta.url));
const ADMIN = { authorization: "Bearer a-token-for-tests-only" };
/** In each round state and gateway are killed. */
const ROUNDS = 4;
const UPLOADERS = 6;
const MAX_BYTES = 1_000_000;
/** On a busy machine a process takes long to start, and an upload may meet several kills. */
const WAIT_MS = 200_000;

type Victim = "state" | "gateway";
const VICTIMS: readonly Victim[] = ["state", "gateway"];

let network: Network;
const processes = new Map<Victim, ChildProcess>();

/** Runs a service of the network as a process of its own. */
function run(name: Victim): void {
  const program = `services/${name}/src/main.ts`;
  const child = spawn(process.execPath, ["--disable-warning=ExperimentalWarning", program], {
    cwd: ROOT,
    stdio: "ignore",
    env: {
      PATH: process.env["PATH"],
      // The processes start 20 times.
      NODE_COMPILE_CACHE: compileCache(ROOT),
      NATS_URL: network.nats.urlOf(name),
      VEGA_DATA_DIR: network.folder,
      VEGA_ADMIN_TOKEN: "a-token-for-tests-only",
      VEGA_INTERNAL_TOKEN: "an-internal-token-for-tests-only",
      VEGA_BACKUP_HOURS: "0",
      LOOP_TIME_SCALE: "100",
      LOG_LEVEL: "silent",
      PORT: new URL(network.api.url).port,
    },
  });
  processes.set(name, child);
}

async function kill(name: Victim): Promise<void> {
  const child = processes.get(name);
  if (!child || child.exitCode !== null || child.signalCode !== null) return;
  const ended = once(child, "exit");
  child.kill("SIGKILL");
  await ended;
}

const isReady = () =>
  fetch(`${network.api.url}/readyz`).then(
    ({ ok }) => ok,
    () => false,
  );
const ready = () => until("the gateway is ready", isReady, WAIT_MS);

beforeAll(async () => {
  // Auth stays in this process; it has to be ready once before a gateway is.
  network = await startNetwork({ services: ["state", "auth", "gateway"] });
  await network.stop("gateway");
  await network.stop("state");
  for (const name of VICTIMS) run(name);
  await ready();
});
afterAll(async () => {
  await Promise.all(VICTIMS.map(kill));
  await network?.close();
});

/** A file of random bytes behind the header of a sound. */
const sound = () =>
  Buffer.concat([
    Buffer.from("RIFF\0\0\0\0WAVEfmt ", "latin1"),
    randomBytes(Math.ceil(Math.random() * MAX_BYTES)),
  ]);

/** Ids of acknowledged files with the SHA-256 of their bytes. */
const acknowledged = new Map<string, string>();

/** Uploads one file after the other; one that fails is sent again with its key. */
function startUploader() {
  let stopped = false;
  const upload = async (content: Buffer, key: string) => {
    const form = new FormData();
    form.append("file", new Blob([content]), "raven.wav");
    const response = await fetch(`${network.api.url}/api/library/files`, {
      method: "POST",
      headers: { ...ADMIN, "idempotency-key": key },
      body: form,
    }).catch(() => undefined);
    return response?.status === 201 ? ((await response.json()) as { id: string }) : undefined;
  };
  const work = async () => {
    while (!stopped) {
      const [content, key] = [sound(), randomUUID()];
      const made = await until(
        "the file is acknowledged",
        // A response may break off after its status.
        () => upload(content, key).catch(() => undefined),
        WAIT_MS,
      );
      acknowledged.set(made.id, createHash("sha256").update(content).digest("hex"));
    }
  };
  const done = work();
  return async () => {
    stopped = true;
    await done;
  };
}

async function storedDigest(id: string): Promise<string> {
  const path = `/api/library/files/${id}/content`;
  const response = await fetch(network.api.url + path, { headers: ADMIN });
  const bytes = Buffer.from(await response.arrayBuffer());
  return response.ok ? createHash("sha256").update(bytes).digest("hex") : `${response.status}`;
}

async function countFiles(): Promise<number> {
  let [count, cursor] = [0, ""];
  for (;;) {
    const after = cursor && `&cursor=${encodeURIComponent(cursor)}`;
    const { body } = await network.api.get(`/api/library/files?limit=200${after}`, ADMIN);
    count += body.files.length;
    if (body.next_cursor === null) return count;
    cursor = body.next_cursor;
  }
}

test(
  `${2 * ROUNDS} times kill -9 in mid-upload: each acknowledged file is there once, and whole`,
  { timeout: 240_000 },
  async () => {
    const stops = Array.from({ length: UPLOADERS }, startUploader);
    for (let round = 0; round < ROUNDS; round += 1) {
      const before = acknowledged.size;
      await until("uploads succeed again", () => acknowledged.size > before + 2, WAIT_MS);
      await Promise.all(VICTIMS.map(kill));
      for (const name of VICTIMS) run(name);
      await ready();
    }
    await Promise.all(stops.map((stop) => stop()));
    for (const [id, sha256] of acknowledged)
      expect([id, await storedDigest(id)]).toEqual([id, sha256]);
    expect(acknowledged.size).toBeGreaterThan(ROUNDS * 2);
    // A file that was sent again was not added again.
    expect(await countFiles()).toBe(acknowledged.size);
  },
);
