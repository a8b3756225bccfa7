import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { PassThrough } from "node:stream";
import { fileURLToPath } from "node:url";
import { until } from "@vega/test-support";
import { EVENTS_STREAM, ANY_RESPONDER, inboxOf } from "@vega/contracts";
import { connect } from "nats";
import { expect, onTestFinished, test } from "vitest";
import { reservePort } from "../../../tools/reserve-port.ts";
import type { OwnBus } from "./bus.ts";
import { watchBus } from "./bus-watch.ts";
import { busProcess } from "./children.ts";
import { keep } from "./process-monitor.ts";
import { outputTo } from "./output.ts";
import { prepareBus } from "./own-bus.ts";

const ROOT = fileURLToPath(new URL("../../../", import.meta.url));

const portOf = (bus: OwnBus) => Number(new URL(bus.urlFor("observer")).port);

/** A bus with a folder of its own, and the keeper that runs it. */
async function ownBus(port: number) {
  const folder = mkdtempSync(join(tmpdir(), "vega-bus-"));
  const log = () => undefined;
  const lastUrl = `nats://127.0.0.1:${port}`;
  const bus = await prepareBus({ root: ROOT, env: process.env, folder, lastUrl, log });
  const said: string[] = [];
  const hidden = outputTo(new PassThrough().resume());
  const shown = { readable: false, informed: false, verbose: false };
  const display = { stdout: hidden, stderr: hidden, ...shown };
  const keeper = keep(busProcess(bus, display), {
    started: () => undefined,
    ready: () => said.push(`ready on ${portOf(bus)}`),
    restarting: (name, how) => said.push(`${name} ended: ${how}`),
    hopeless: (_name, _how, reason) => said.push(`hopeless: ${reason}`),
  });
  onTestFinished(async () => {
    await keeper.stop(3_000);
    rmSync(folder, { recursive: true });
  });
  return { bus, keeper, said };
}

test("a port that is taken between the look and the start costs one try", async () => {
  const chosen = await reservePort();
  const { bus, keeper, said } = await ownBus(chosen);
  expect(portOf(bus)).toBe(chosen);
  const other = createServer().listen(chosen, "127.0.0.1");
  await once(other, "listening");
  onTestFinished(() => void other.close());
  keeper.start();
  await keeper.ready;
  expect(portOf(bus)).not.toBe(chosen);
  expect(said).toEqual(["nats-server ended: exit code 1", `ready on ${portOf(bus)}`]);
});

test("two that chose the same port at the same moment both come up", async () => {
  const chosen = await reservePort();
  const [one, two] = [await ownBus(chosen), await ownBus(chosen)];
  expect(one.bus.address).toContain(`:${chosen}`);
  expect(two.bus.address).toContain(`:${chosen}`);
  one.keeper.start();
  two.keeper.start();
  await Promise.all([one.keeper.ready, two.keeper.ready]);
  expect(portOf(one.bus)).not.toBe(portOf(two.bus));
});

test("once it has listened it keeps its port, for clients know it", async () => {
  const { bus, keeper, said } = await ownBus(await reservePort());
  keeper.start();
  await keeper.ready;
  const url = bus.urlFor("state");
  process.kill(keeper.pid() ?? 0, "SIGKILL");
  await expect.poll(() => said.length, { timeout: 15_000 }).toBe(3);
  expect(said.at(-1)).toBe(`ready on ${portOf(bus)}`);
  expect(bus.urlFor("state")).toBe(url);
});

test("one that runs and no longer works is noticed, and another one started", async () => {
  const { bus, keeper, said } = await ownBus(await reservePort());
  keeper.start();
  await keeper.ready;
  const nats = await connect({
    servers: bus.address,
    inboxPrefix: inboxOf("state", ANY_RESPONDER),
    ...credentials(bus.urlFor("state")),
  });
  onTestFinished(() => nats.close());
  const { name, subjects } = EVENTS_STREAM;
  const manager = await nats.jetstreamManager({ checkAPI: false });
  await manager.streams.add({ name, subjects: [...subjects], allow_direct: true });
  const watching = new AbortController();
  onTestFinished(() => watching.abort());
  let [looks, hung] = [0, 0];
  void watchBus({
    urlFor(user) {
      looks += 1;
      return bus.urlFor(user);
    },
    hung() {
      hung += 1;
      keeper.restart("SIGKILL");
    },
    stop: watching.signal,
    pace: { everyMs: 50, patienceMs: 300 },
  });
  await until("the stream is there", () => manager.streams.info(name));
  const seen = looks;
  await until("it was seen to work", () => looks > seen + 3);
  process.kill(keeper.pid() ?? 0, "SIGSTOP");
  await until("it is noticed", () => hung === 1);
  await until("another one runs", () => said.length === 3);
  expect([hung, said.at(-1)]).toEqual([1, `ready on ${portOf(bus)}`]);
});

function credentials(url: string): { user: string; pass: string } {
  const { username: user, password: pass } = new URL(url);
  return { user, pass };
}
