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
const tell = (text: string) => console.warn(text);

async function bringPython(): Promise<string> {
  const folder = resolve(ROOT, process.env["VEGA_CACHE_DIR"] || ".cache", "examples-python");
  const requirements = join(EXAMPLES, "requirements.txt");
  await installPython({ folder, requirements, name: "nats-py", log: tell });
  return join(folder, "bin", "python");
}
const python = await bringPython().catch((error: unknown) => {
  // In CI this has to run; a developer's machine may lack what it needs.
  if (process.env["CI"]) throw error;
  tell(`SKIPPED: the example in Python was not run. ${String(error)}`);
  return "";
});

let platform: Platform;
beforeAll(async () => {
  // Minutes from tick to tick: what happens here is the test's doing.
  platform = await createPlatform({ LOOP_TIME_SCALE: "100" });
  await platform.start();
});
afterAll(() => platform?.close());

/** Runs an example; its lines as they come. */
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
  test.skipIf(program === "")("sees what happens while it runs", async () => {
    const { running, lines } = await run(program, file);
    onTestFinished(() => void running.kill("SIGKILL"));
    let n = 0;
    await until("an event comes", async () => {
      // It says nothing of when it has subscribed.
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
  /** Not between an event and its place: then it would see that one again. */
  const cursor = () => join(platform.folder, `${file}.cursor`);
  const kill = async () => {
    await until(
      "it kept its place",
      () => JSON.parse(readFileSync(cursor(), "utf8")).sequence === seen.flat().length,
    );
    running.kill("SIGKILL");
    await once(running, "exit");
  };
  const write = (value: string) =>
    platform.api.send("PUT", "/api/memory/default/seen", { value: `${file} ${value}` });
  const comes = (value: string) =>
    until(value, () => seen.flat().some((line) => line.includes(`"${file} ${value}"`)));

  test.skipIf(program === "")("sees every event once, what it missed too", async () => {
    await write("before it ran");
    await start();
    await comes("before it ran");
    await write("while it runs");
    await comes("while it runs");
    await kill();
    await write("while it is away");
    await start();
    await comes("while it is away");
    await kill();

    const lines = seen.flat();
    expect(lines[0]).toMatch(/^1 vega\.crystal\.created\.v1 \{/);
    const sequences = lines.map((line) => Number(line.split(" ", 1)[0]));
    expect(sequences).toEqual(sequences.map((_, index) => index + 1));
  });

  test.skipIf(program === "")(
    "goes on by the sequence on a bus that counts its places anew",
    async () => {
      const told = seen.flat().length;
      writeFileSync(cursor(), JSON.stringify({ place: 1_000_000, sequence: told }));
      await write("on another bus");
      await start();
      await comes("on another bus");
      await kill();
      expect(seen.at(-1)?.map((line) => Number(line.split(" ", 1)[0]))[0]).toBe(told + 1);
    },
  );
});
