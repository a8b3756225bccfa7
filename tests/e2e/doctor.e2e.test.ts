import type { NatsServer, Platform } from "@vega/test-support";
import { createPlatform, startNatsServer } from "@vega/test-support";
import { execFile } from "node:child_process";
import { once } from "node:events";
import { copyFile, mkdtemp, open, readdir, readFile, rm, stat, writeFile } from "node:fs/promises";
import type { AddressInfo } from "node:net";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, expect, test } from "vitest";

/* `vega doctor` beside a running platform and beside a stopped one. */

const CLI = fileURLToPath(new URL("../../apps/cli/src/main.ts", import.meta.url));

let platform: Platform;
let data: string;
let nats: NatsServer;
beforeAll(async () => {
  platform = await createPlatform();
  data = join(platform.folder, "data");
  nats = await startNatsServer();
});
afterAll(async () => {
  await platform.close();
  await nats.close();
});

async function examine(env: Record<string, string>): Promise<{ code: number; text: string }> {
  const options = {
    env: { PATH: process.env["PATH"], HOME: process.env["HOME"], VEGA_DATA_DIR: data, ...env },
  };
  const args = ["--disable-warning=ExperimentalWarning", CLI, "doctor"];
  return new Promise((resolve) => {
    execFile(process.execPath, args, options, (error, stdout, stderr) => {
      resolve({ code: error ? Number(error.code) : 0, text: stdout + stderr });
    });
  });
}

/** Name → time, size and mode of every file below a folder. */
async function listing(folder: string): Promise<Record<string, string>> {
  const files = await readdir(folder, { recursive: true });
  const rows = files.map(async (name) => {
    const { mtimeMs, size, mode } = await stat(join(folder, name));
    return [name, `${mtimeMs} ${size} ${mode}`] as const;
  });
  return Object.fromEntries(await Promise.all(rows));
}

test("before the first start no check fails, and nothing is created", async () => {
  const { code, text } = await examine({ PORT: "0" });
  expect(text).toMatch(/^ok +data folder .* will be created$/m);
  expect(text).toMatch(/^ok +store .*none yet/m);
  expect(text).not.toMatch(/^fail/m);
  expect(code).toBe(0);
  expect(await readdir(platform.folder)).toEqual([]);
});

test("a running platform is ready, and its bus is checked", async () => {
  await platform.start();
  await platform.ready();
  const { code, text } = await examine({});
  expect(text).toMatch(/^ok +platform +runs and is ready at http:/m);
  expect(text).toMatch(/^ok +bus +nats-server \d+\.\d+/m);
  expect(text).toMatch(/^ok +payload +8388608 bytes/m);
  expect(text).toMatch(/^ok +JetStream +is on/m);
  expect(text).toMatch(/^ok +store .*sound/m);
  expect(text).not.toMatch(/^fail/m);
  expect(code).toBe(0);
  // The passwords of the bus and the secret are readable for the doctor, and are not shown.
  const { nats_url } = await platform.runFile();
  const kept = (await readFile(join(data, "secret"), "utf8")).trim();
  for (const secret of [new URL(nats_url).password, kept]) expect(text).not.toContain(secret);
});

test("with a stopped platform no file changes, not even beside the database", async () => {
  await platform.end("SIGTERM");
  const before = await listing(data);
  const { code, text } = await examine({ PORT: "0" });
  expect(text).toMatch(/^ok +store .*sound in a quick check, log at sequence [1-9].*data format \d/m);
  expect(code).toBe(0);
  expect(await listing(data)).toEqual(before);
});

test("a database that needs a newer version fails, with the remedy", async () => {
  const folder = await mkdtemp(join(tmpdir(), "vega-doctor-"));
  await copyFile(join(data, "vega.db"), join(folder, "vega.db"));
  const database = new DatabaseSync(join(folder, "vega.db"));
  database.exec("PRAGMA user_version = 9");
  database.close();
  const { code, text } = await examine({ PORT: "0", VEGA_DATA_DIR: folder });
  await rm(folder, { recursive: true });
  expect(text).toMatch(/^fail +store .*data format 9 or newer.*docs\/how-to\/upgrading\.md/m);
  expect(code).toBe(1);
});

test("faults are named with their remedies, and the exit code is 1", async () => {
  const taken = createServer().listen(0, "127.0.0.1");
  await once(taken, "listening");
  const { port } = taken.address() as AddressInfo;
  const folder = await mkdtemp(join(tmpdir(), "vega-doctor-"));
  const providers = join(folder, "providers.json");
  await writeFile(providers, '{"providers": [{"id": "x", "kind": "nonsense"}]}');
  // The middle of the file, where pages of tables are.
  const database = await open(join(data, "vega.db"), "r+");
  const { size } = await database.stat();
  await database.write(Buffer.alloc(size / 2, 0xa5), 0, size / 2, size / 4);
  await database.close();
  const { code, text } = await examine({
    PORT: String(port),
    VEGA_PROVIDERS_FILE: providers,
    // A bus with a smaller message limit.
    NATS_URL: nats.url,
  });
  taken.close();
  await rm(folder, { recursive: true });
  expect(text).toMatch(/^fail +port .*in use\n +→ .*PORT/m);
  expect(text).toMatch(/^fail +store .*\n +→ put an intact copy/m);
  expect(text).toMatch(/^fail +providers /m);
  expect(text).toMatch(/^ok +JetStream +is on/m);
  expect(text).toMatch(/^warn +payload +1048576 bytes.*\n +→ set max_payload/m);
  expect(code).toBe(1);
});

test("an unreachable bus, a user without permission, and wrong settings", async () => {
  const away = await examine({ PORT: "0", NATS_URL: "nats://me:sesame@127.0.0.1:1" });
  expect(away.text).toMatch(/^fail +bus +127\.0\.0\.1:1: connection refused\n +→ start the bus/m);
  expect(away.text).not.toContain("sesame");
  const observer = await examine({ PORT: "0", NATS_URL: nats.urlOf("observer") });
  expect(observer.text).toMatch(
    /^fail +JetStream .*permission denied for this user\n +→ name a user in NATS_URL/m,
  );
  const bad = await examine({ PORT: "many", VEGA_BACKUP_KEEP: "all" });
  expect(bad.text).toMatch(/^fail +settings .*PORT/m);
  expect([away.code, observer.code, bad.code]).toEqual([1, 1, 1]);
});
