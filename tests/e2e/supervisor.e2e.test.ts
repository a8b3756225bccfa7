import type { Platform } from "@vega/test-support";
import { createPlatform, startNatsServer, until } from "@vega/test-support";
import { execFile } from "node:child_process";
import { readFile, rename, stat, writeFile } from "node:fs/promises";
import { createServer } from "node:net";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { afterEach, expect, onTestFinished, test } from "vitest";

const ROOT = fileURLToPath(new URL("../../", import.meta.url));
const FIXTURE = join(
  ROOT,
  "services/state/src/entities/crystal/time-crystal/fixtures/time_crystal.v2.json",
);

const platforms: Platform[] = [];
afterEach(async () => {
  // The last one first: it may run on the folder of an earlier one.
  for (const platform of platforms.splice(0).toReversed()) await platform.close();
});

async function newPlatform(env: Record<string, string> = {}): Promise<Platform> {
  const platform = await createPlatform(env);
  platforms.push(platform);
  return platform;
}

const alive = (pid: number) => {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
};
const key = (platform: Platform) => platform.api.send("PUT", "/api/memory/a/k", { value: 1 });

test("the platform starts, shows no token, refuses a second instance, and stops on Ctrl-C", async () => {
  const platform = await newPlatform({ VEGA_ADMIN_TOKEN: "" });
  await platform.start();
  const { children, pid } = await platform.runFile();
  expect(children.map(({ name }) => name).toSorted()).toEqual(
    ["nats-server", "state", "loop", "ai", "auth", "gateway"].toSorted(),
  );
  for (const name of ["state", "loop", "ai", "auth", "gateway"]) {
    expect(platform.output()).toMatch(
      new RegExp(`"service":"${name}".*"msg":"started"[^]*vega: ${name} is ready`),
    );
  }
  const bus = children.find(({ name }) => name === "nats-server");
  // The bus gets no variables of the platform.
  expect(await readFile(`/proc/${bus?.pid}/environ`, "utf8")).not.toMatch(/VEGA|HOME|PATH/);
  const tokenFile = join(platform.folder, "data", "admin-token");
  const token = (await readFile(tokenFile, "utf8")).trim();
  expect((await stat(tokenFile)).mode & 0o777).toBe(0o600);
  expect(platform.output()).toContain(tokenFile);
  expect(platform.output()).not.toContain(token);
  const authorized = { authorization: `Bearer ${token}` };
  const { status } = await platform.api.send(
    "POST",
    "/api/infinity-loop/stop",
    undefined,
    authorized,
  );
  expect(status).toBe(200);

  const second = await platform.startAndEnd();
  expect(second.code).toBe(1);
  expect(second.output).toMatch(new RegExp(`running on .* already \\(pid ${pid}`));

  const started = performance.now();
  await platform.end("SIGINT");
  expect(performance.now() - started).toBeLessThan(10_000);
  expect(children.filter((child) => alive(child.pid))).toEqual([]);
});

test("a service that ends is restarted; after kill -9 of the supervisor the next start cleans up", async () => {
  const platform = await newPlatform();
  await platform.start();
  await key(platform);
  const before = await platform.runFile();
  await platform.killChild("state");
  await until("state is back", async () => {
    const pidOf = (file: typeof before) => file.children.find(({ name }) => name === "state")?.pid;
    const pid = pidOf(await platform.runFile());
    return pid !== undefined && pid !== pidOf(before);
  });
  await platform.ready();

  await platform.end("SIGKILL");
  await platform.start();
  await platform.ready();
  expect((await platform.api.get("/api/memory/a/k")).body.value).toBe(1);
});

test(
  "a bus that loses its port to another program moves to another port",
  { timeout: 120_000 },
  async () => {
    const platform = await newPlatform();
    await platform.start();
    const { nats_url } = await platform.runFile();
    await platform.killChild("nats-server");
    const other = createServer();
    onTestFinished(() => void other.close());
    // Retried while the ended bus still holds the port; the restart comes 100 ms later.
    other.on("error", () => other.listen(Number(new URL(nats_url).port), "127.0.0.1"));
    other.listen(Number(new URL(nats_url).port), "127.0.0.1");
    const isElsewhere = async () => {
      await key(platform);
      return (await platform.runFile()).nats_url !== nats_url;
    };
    // Every service restarts, which takes long on a busy machine.
    await until("the bus has another port", isElsewhere, 60_000);
    await until("writes succeed", async () => (await key(platform)).status === 200, 60_000);
    await platform.ready();
    // The other program accepts connections and sends nothing: a service that waits for its bus would not end.
    expect(platform.output()).not.toContain("did not stop in time");
  },
);

test("a port in use is an error that names it", async () => {
  const server = createServer().listen(0, "127.0.0.1");
  await until("it listens", () => server.listening);
  const { port } = server.address() as AddressInfo;
  const platform = await newPlatform({ PORT: String(port) });
  const { code, output } = await platform.startAndEnd();
  server.close();
  expect(code).toBe(1);
  expect(output).toContain(String(port));
  expect(output).toContain("PORT");
  expect(output).not.toMatch(/\n\s+at /);
});

test("a wrong setting is exit code 78 before anything starts", async () => {
  const platform = await newPlatform({ VEGA_SNAPSHOT_SECONDS: "0" });
  const { code, output } = await platform.startAndEnd();
  expect(code).toBe(78);
  expect(output).toBe("vega: VEGA_SNAPSHOT_SECONDS: must be a whole number from 1 to 2147483647\n");
});

test("the start waits for an external bus, and the embedded bus never takes its port", async () => {
  const bus = await startNatsServer();
  onTestFinished(() => bus.close());
  await bus.kill();
  const { host, port, username, password } = new URL(bus.url);
  const platform = await newPlatform({
    NATS_URL: `nats://${host}`,
    NATS_USER: username,
    NATS_PASSWORD: password,
  });
  const up = platform.start();
  await until("the waiting is reported", () =>
    platform.output().includes(`waiting for the message bus: ${host} (`),
  );
  expect(platform.output()).not.toContain(password);
  await bus.restart();
  await up;
  await platform.end("SIGTERM");

  await bus.kill();
  const data = join(platform.folder, "data");
  const second = await newPlatform({ VEGA_DATA_DIR: data, PORT: new URL(platform.api.url).port });
  await second.start();
  expect(new URL((await platform.runFile()).nats_url).port).not.toBe(port);
});

test("a damaged database is reported, exit code 78, and not changed", async () => {
  const platform = await newPlatform();
  await platform.start();
  await key(platform);
  await platform.end("SIGTERM");
  const path = join(platform.folder, "data", "vega.db");
  const damaged = Buffer.from("this was a database once ".repeat(500));
  await writeFile(path, damaged);
  const garbage = await platform.startAndEnd();
  expect(garbage.code).toBe(78);
  // The last line, after all log lines of the shutdown.
  expect(garbage.output).toMatch(/\nvega: state failed \(exit code 78\): .*damaged.*\n$/);
  expect(await readFile(path)).toEqual(damaged);

  await writeFile(path, "");
  const lost = await platform.startAndEnd();
  expect(lost.code).toBe(78);
  expect(lost.output).toMatch(/is empty, but this data folder belongs to the log/);
  expect((await stat(path)).size).toBe(0);
});

test("a missing database is reported, exit code 78, and its write-ahead log is not changed", async () => {
  const platform = await newPlatform();
  await platform.start();
  await key(platform);
  await platform.killChild("state");
  await platform.end("SIGKILL");
  const path = join(platform.folder, "data", "vega.db");
  const aside = join(platform.folder, "aside.db");
  await rename(path, aside);
  // A log as a kill during a write leaves it.
  await writeFile(`${path}-wal`, "the last writes");
  const missing = await platform.startAndEnd();
  expect(missing.code).toBe(78);
  expect(missing.output).toMatch(/is missing, but this data folder belongs to the log/);
  expect(await readFile(`${path}-wal`, "utf8")).toBe("the last writes");
});

test("import and export work from the command line", async () => {
  const platform = await newPlatform({ LOOP_TIME_SCALE: "100" });
  const out = join(platform.folder, "out.json");
  const vega = (...args: string[]) =>
    promisify(execFile)(
      process.execPath,
      ["--disable-warning=ExperimentalWarning", join(ROOT, "apps/cli/src/main.ts"), ...args],
      {
        env: {
          PATH: process.env["PATH"],
          VEGA_DATA_DIR: join(platform.folder, "data"),
          VEGA_ADMIN_TOKEN: "a-token-for-tests-only",
          PORT: new URL(platform.api.url).port,
        },
      },
    );
  await expect(vega("export", out)).rejects.toMatchObject({
    stderr: expect.stringContaining("npm start"),
  });
  await platform.start();
  const dry = await vega("import", FIXTURE, "--dry-run");
  expect(dry.stdout).toMatch(/would import 3 agents, 16 modules/);
  expect((await platform.api.get("/api/infinity-loop")).body.iteration).toBeLessThan(100);
  const done = await vega("import", FIXTURE);
  expect(done.stdout).toMatch(/refused \/admin\/password_hash/);
  await vega("export", out);
  const file = JSON.parse(await readFile(out, "utf8"));
  expect(file.meta.infinity_loop_iteration).toBe(10_022);
  expect((await stat(out)).mode & 0o777).toBe(0o600);
  await expect(vega("export", join(platform.folder, "none", "x.json"))).rejects.toMatchObject({
    code: 1,
    stderr: expect.stringMatching(/^vega: can't write .*x\.json: [^\n]*\n$/),
  });
  await expect(vega("import", join(platform.folder, "none.json"))).rejects.toMatchObject({
    code: 1,
    stderr: expect.stringMatching(/^vega: can't read .*none\.json: [^\n]*\n$/),
  });
  await writeFile(out, '{"meta":{"vtc_version":"1.0"}}');
  await expect(vega("import", out)).rejects.toMatchObject({
    stderr: expect.stringContaining("/meta/vtc_version"),
  });
});
