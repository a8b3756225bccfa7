import type { Platform } from "@vega/test-support";
import { createPlatform, until } from "@vega/test-support";
import type { ChildProcess } from "node:child_process";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { readFileSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { createInterface } from "node:readline";
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from "vitest";
import { installPython } from "../../tools/python.mjs";

const ROOT = join(import.meta.dirname, "../..");
const EXAMPLES = join(ROOT, "examples/events");
const log = (text: string) => console.warn(text);

async function installClient(): Promise<string> {
  const folder = resolve(ROOT, process.env["VEGA_CACHE_DIR"] || ".cache", "examples-python");
  const requirements = join(EXAMPLES, "requirements.txt");
  await installPython({ folder, requirements, name: "nats-py", log });
  return join(folder, "bin", "python");
}
const python = await installClient().catch((error: unknown) => {
  // Required in CI; a developer's machine may lack the prerequisites.
  if (process.env["CI"]) throw error;
  log(`SKIPPED: the example in Python was not run. ${String(error)}`);
  return "";
});

let platform: Platform;
beforeAll(async () => {
  // Minutes between ticks, so that all events come from the test.
  platform = await createPlatform({ LOOP_TIME_SCALE: "100" });
  await platform.start();
});
afterAll(() => platform?.close());

/** Runs an example and collects its output lines. */
async function run(program: string, file: string, env: Record<string, string> = {}) {
  const lines: string[] = [];
  const { nats_url } = await platform.runFile();
  const running = spawn(program, [join(EXAMPLES, file)], {
    cwd: platform.folder,
    stdio: ["ignore", "pipe", "inherit"],
    env: { PATH: process.env["PATH"], NATS_URL: nats_url, ...env },
  });
  createInterface(running.stdout).on("line", (line) => lines.push(line));
  return { running, lines };
}

describe.each([
  ["live.ts", process.execPath],
  ["live.py", python],
])("examples/events/%s", (file, program) => {
  test.skipIf(program === "")("prints events while it runs", async () => {
    const { running, lines } = await run(program, file);
    onTestFinished(() => void running.kill("SIGKILL"));
    let n = 0;
    await until("an event comes", async () => {
      // The example does not report when it has subscribed.
      await platform.api.send("PUT", "/api/memory/default/live", { value: `${file} ${(n += 1)}` });
      return lines.length > 0;
    });
    expect(lines[0]).toMatch(/^\d+ vega\.memory\.changed\.v1 \{.*"live"/);
  });
});

describe.each([
  ["subscriber.ts", process.execPath],
  ["subscriber.py", python],
])("examples/events/%s", (file, program) => {
  const seen: string[][] = [];
  let running: ChildProcess;

  const start = async () => {
    const started = await run(program, file, { CURSOR_FILE: `${file}.cursor` });
    ({ running } = started);
    seen.push(started.lines);
  };
  /** Kills the program after it stored the position of its last event, so that it does not read that event again. */
  const cursor = () => join(platform.folder, `${file}.cursor`);
  const kill = async () => {
    await until(
      "it stored its position",
      () => JSON.parse(readFileSync(cursor(), "utf8")).sequence === seen.flat().length,
    );
    running.kill("SIGKILL");
    await once(running, "exit");
  };
  const write = (value: string) =>
    platform.api.send("PUT", "/api/memory/default/seen", { value: `${file} ${value}` });
  const comes = (value: string) =>
    until(value, () => seen.flat().some((line) => line.includes(`"${file} ${value}"`)));

  test.skipIf(program === "")("prints every event once, including missed ones", async () => {
    await write("before it ran");
    await start();
    await comes("before it ran");
    await write("while it runs");
    await comes("while it runs");
    await kill();
    await write("while it is down");
    await start();
    await comes("while it is down");
    await kill();

    const lines = seen.flat();
    expect(lines[0]).toMatch(/^1 vega\.crystal\.created\.v1 \{/);
    const sequences = lines.map((line) => Number(line.split(" ", 1)[0]));
    expect(sequences).toEqual(sequences.map((_, index) => index + 1));
  });

  test.skipIf(program === "")(
    "continues by sequence on a bus whose stream positions restart",
    async () => {
      const printed = seen.flat().length;
      writeFileSync(cursor(), JSON.stringify({ place: 1_000_000, sequence: printed }));
      await write("on another bus");
      await start();
      await comes("on another bus");
      await kill();
      expect(seen.at(-1)?.map((line) => Number(line.split(" ", 1)[0]))[0]).toBe(printed + 1);
    },
  );
});
