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
import type { EmbeddedBus } from "./bus.ts";
import { watchBus } from "./bus-watch.ts";
import { busProcess } from "./children.ts";
import { createProcessMonitor } from "./process-monitor.ts";
import { outputTo } from "./output.ts";
import { prepareBus } from "./embedded-bus.ts";

const ROOT = fileURLToPath(new URL("../../../", import.meta.url));

const portOf = (bus: EmbeddedBus) => Number(new URL(bus.urlFor("observer")).port);

/** An embedded bus with its own folder, and the monitor that runs it. */
async function embeddedBus(port: number) {
  const folder = mkdtempSync(join(tmpdir(), "vega-bus-"));
  const log = () => undefined;
  const lastUrl = `nats://127.0.0.1:${port}`;
  const bus = await prepareBus({ root: ROOT, env: process.env, folder, lastUrl, log });
  const events: string[] = [];
  const hidden = outputTo(new PassThrough().resume());
  const shown = { readable: false, infoLogged: false, verbose: false };
  const display = { stdout: hidden, stderr: hidden, ...shown };
  const monitor = createProcessMonitor(busProcess(bus, display), {
    started: () => undefined,
    ready: () => events.push(`ready on ${portOf(bus)}`),
    restarting: (name, { how }) => events.push(`${name} ended: ${how}`),
    fatal: (_name, _exit, reason) => events.push(`fatal: ${reason}`),
  });
  onTestFinished(async () => {
    await monitor.stop(3_000);
    rmSync(folder, { recursive: true });
  });
  return { bus, monitor, events };
}

test("a port that another program takes between check and start costs one attempt", async () => {
  const chosen = await reservePort();
  const { bus, monitor, events } = await embeddedBus(chosen);
  expect(portOf(bus)).toBe(chosen);
  const other = createServer().listen(chosen, "127.0.0.1");
  await once(other, "listening");
  onTestFinished(() => void other.close());
  monitor.start();
  await monitor.ready;
  expect(portOf(bus)).not.toBe(chosen);
  expect(events).toEqual(["nats-server ended: exit code 1", `ready on ${portOf(bus)}`]);
});

test("two buses that chose the same port both start", async () => {
  const chosen = await reservePort();
  const [one, two] = [await embeddedBus(chosen), await embeddedBus(chosen)];
  expect(one.bus.address).toContain(`:${chosen}`);
  expect(two.bus.address).toContain(`:${chosen}`);
  one.monitor.start();
  two.monitor.start();
  await Promise.all([one.monitor.ready, two.monitor.ready]);
  expect(portOf(one.bus)).not.toBe(portOf(two.bus));
});

test("a bus that has listened keeps its port after a restart", async () => {
  const { bus, monitor, events } = await embeddedBus(await reservePort());
  monitor.start();
  await monitor.ready;
  const url = bus.urlFor("state");
  process.kill(monitor.pid() ?? 0, "SIGKILL");
  await expect.poll(() => events.length, { timeout: 15_000 }).toBe(3);
  expect(events.at(-1)).toBe(`ready on ${portOf(bus)}`);
  expect(bus.urlFor("state")).toBe(url);
});

test("a nats-server that hangs is detected and restarted", async () => {
  const { bus, monitor, events } = await embeddedBus(await reservePort());
  monitor.start();
  await monitor.ready;
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
  let [probes, hung] = [0, 0];
  void watchBus({
    urlFor(user) {
      probes += 1;
      return bus.urlFor(user);
    },
    hung() {
      hung += 1;
      monitor.restart("SIGKILL");
    },
    stop: watching.signal,
    timing: { intervalMs: 50, timeoutMs: 300 },
  });
  await until("the stream is there", () => manager.streams.info(name));
  const seen = probes;
  await until("it was seen to work", () => probes > seen + 3);
  process.kill(monitor.pid() ?? 0, "SIGSTOP");
  await until("it is noticed", () => hung === 1);
  await until("another one runs", () => events.length === 3);
  expect([hung, events.at(-1)]).toEqual([1, `ready on ${portOf(bus)}`]);
});

function credentials(url: string): { user: string; pass: string } {
  const { username: user, password: pass } = new URL(url);
  return { user, pass };
}
