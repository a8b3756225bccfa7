import type { Platform } from "@vega/test-support";
import { createPlatform, reservePort, until } from "@vega/test-support";
import { appendFileSync, cpSync, mkdirSync, readdirSync, renameSync, symlinkSync } from "node:fs";
import { mkdtemp, readlink, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";

const ROOT = join(import.meta.dirname, "../..");
const PARTS = ["apps", "tools", "libs", "services", "package.json", ".env.example"];
/** In the order of their inspector ports. */
const SERVICES = ["gateway", "state", "loop", "ai", "auth"];

/** A copy of this checkout whose sources the test may change. Packages other than its own are links. */
async function copyCheckout(): Promise<string> {
  const copy = await mkdtemp(join(tmpdir(), "vega-dev-"));
  const isSource = (path: string) => !/\/node_modules($|\/)/.test(path.slice(ROOT.length));
  for (const part of PARTS) {
    cpSync(join(ROOT, part), join(copy, part), { recursive: true, filter: isSource });
  }
  mkdirSync(join(copy, "node_modules/@vega"), { recursive: true });
  for (const name of readdirSync(join(ROOT, "node_modules"))) {
    if (name === "@vega") continue;
    symlinkSync(join(ROOT, "node_modules", name), join(copy, "node_modules", name));
  }
  for (const name of readdirSync(join(ROOT, "node_modules/@vega"))) {
    const link = await readlink(join(ROOT, "node_modules/@vega", name));
    symlinkSync(link, join(copy, "node_modules/@vega", name));
  }
  return copy;
}

/** The first of as many free ports in a row. */
async function reservePorts(count: number): Promise<number> {
  const first = await reservePort();
  try {
    for (let port = first + 1; port < first + count; port++) {
      await reservePort({ first: port, count: 1 });
    }
    return first;
  } catch {
    return reservePorts(count);
  }
}

let root: string;
let platform: Platform;
let inspectors: number;

beforeAll(async () => {
  root = await copyCheckout();
  inspectors = await reservePorts(SERVICES.length);
  const env = {
    VEGA_CACHE_DIR: join(ROOT, ".cache"),
    VEGA_INSPECT: String(inspectors),
    NODE_OPTIONS: `--inspect=127.0.0.1:${await reservePort()}`,
  };
  platform = await createPlatform(env, undefined, root, ["--watch"]);
  await platform.start();
});
afterAll(async () => {
  await platform?.close();
  await rm(root, { recursive: true, force: true });
});

const pids = async () =>
  Object.fromEntries((await platform.runFile()).children.map(({ name, pid }) => [name, pid]));

/** Waits until the processes that run are these old ones and new ones of the names given. */
function restarted(before: Record<string, number>, names: readonly string[]) {
  return until(
    `${names.join(", ")} restarted`,
    async () => {
      const now = await pids();
      const changed = Object.keys(before).filter((name) => now[name] !== before[name]);
      expect(changed.toSorted()).toEqual([...names].toSorted());
      return SERVICES.every((name) => now[name] !== undefined) && now;
    },
    30_000,
  );
}

test("each service has its own inspector, whatever NODE_OPTIONS has", async () => {
  for (const [index, name] of SERVICES.entries()) {
    const response = await fetch(`http://127.0.0.1:${inspectors + index}/json`);
    const [target] = (await response.json()) as { url: string }[];
    expect(target?.url).toContain(`services/${name}/src/main.ts`);
  }
  expect(platform.output()).not.toContain("Starting inspector on");
});

test(
  "a changed source file restarts its service, a changed library all services",
  { timeout: 180_000 },
  async () => {
    const first = await pids();

    appendFileSync(join(root, "services/auth/src/address.ts"), "\n// changed\n");
    const second = await restarted(first, ["auth"]);
    await until("auth is ready", () => platform.output().includes("auth is ready again"), 30_000);
    await platform.ready();

    // A test file is not loaded by a service, so only the library is reported.
    appendFileSync(join(root, "services/state/src/example.test.ts"), "// changed\n");
    appendFileSync(join(root, "libs/service-kit/src/window.ts"), "\n// changed\n");
    await restarted(second, SERVICES);
    await platform.ready();
    expect(platform.output()).not.toContain("example.test.ts");
  },
);

test(
  "a service that a syntax error has ended starts again as soon as the file is corrected",
  { timeout: 180_000 },
  async () => {
    const file = join(root, "services/loop/src/schedule/schedule.ts");
    appendFileSync(file, "\nconst = 1;");
    // By then the pause before the next start is longer than this test waits.
    await until("it failed often", () => platform.output().includes("restarting in 6.4 s"), 60_000);
    const from = platform.output().length;
    // As editors save: a new file takes the place of the old one.
    cpSync(join(ROOT, "services/loop/src/schedule/schedule.ts"), `${file}~`);
    renameSync(`${file}~`, file);
    await until(
      "the loop runs",
      () => platform.output().slice(from).includes("loop is ready again"),
      5_000,
    );
  },
);
