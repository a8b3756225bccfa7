import { spawn } from "node:child_process";
import { once } from "node:events";
import { createServer } from "node:net";
import { createInterface } from "node:readline";
import { expect, onTestFinished, test } from "vitest";
import { reservePort } from "./reserve-port.ts";

/** Of this process alone, and outside of the default range. */
const FIRST = 10_000 + (process.pid % 1_000) * 4;
const RANGE = { first: FIRST, count: 3 };

/** Another process that reserves a port of the range and keeps running. */
async function anotherProcess() {
  const program = `
    import { reservePort } from ${JSON.stringify(import.meta.resolve("./reserve-port.ts"))};
    console.log(await reservePort(${JSON.stringify(RANGE)}));
    process.stdin.resume();
  `;
  const args = ["--disable-warning=ExperimentalWarning", "--input-type=module", "-e", program];
  const child = spawn(process.execPath, args, { stdio: ["pipe", "pipe", "inherit"] });
  onTestFinished(() => void child.kill("SIGKILL"));
  const [line] = (await once(createInterface(child.stdout), "line")) as [string];
  return { child, port: Number(line) };
}

test("a port stays reserved until the end of the process, with or without a listener", async () => {
  const mine = await reservePort(RANGE);
  const { child, port: theirs } = await anotherProcess();
  const third = [FIRST, FIRST + 1, FIRST + 2].find((port) => port !== mine && port !== theirs);
  expect(new Set([mine, theirs]).size).toBe(2);
  expect(await reservePort(RANGE)).toBe(third);
  await expect(reservePort(RANGE)).rejects.toThrow(`no port from ${FIRST} to ${FIRST + 2} is free`);

  const gone = once(child, "exit");
  child.kill("SIGKILL");
  await gone;
  expect(await reservePort(RANGE)).toBe(theirs);
});

test("a port with a listener is not free", async () => {
  const only = { first: FIRST + 3, count: 1 };
  const server = createServer().listen(only.first, "127.0.0.1");
  await once(server, "listening");
  onTestFinished(() => void server.close());
  await expect(reservePort(only)).rejects.toThrow("is free");
});
