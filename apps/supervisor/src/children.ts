import { spawn } from "node:child_process";
import { join } from "node:path";
import type { Readable } from "node:stream";
import { setTimeout as sleep } from "node:timers/promises";
import type { EmbeddedBus } from "./bus.ts";
import { compileCache } from "./compile-cache.ts";
import type { MonitoredProcess } from "./process-monitor.ts";
import type { StderrTail } from "./stderr-tail.ts";
import { createStderrTail } from "./stderr-tail.ts";
import type { LogRecord } from "./log-line.ts";
import { json, parseNatsLine, parseServiceLine, readable, summary } from "./log-line.ts";
import type { Output } from "./output.ts";
import { relayLines } from "./output.ts";

export const BUS_NAME = "nats-server";

/** Log and ready message arrive on different channels: the ready line waits this long for the line "started". */
const START_LINE_TIMEOUT_MS = 500;

/** Where and how the lines of the processes are shown. */
export interface Display {
  readonly stdout: Output;
  readonly stderr: Output;
  readonly readable: boolean;
  /** Services log records of level info. */
  readonly infoLogged: boolean;
  /** Shows records of level debug of the nats-server. */
  readonly verbose: boolean;
}

/** One of the services: a Node program that sends a ready message over IPC. */
export function serviceProcess(
  name: string,
  root: string,
  /** Read at each start: the port of the bus is known once it listens. */
  env: () => Record<string, string>,
  display: Display,
): MonitoredProcess {
  const main = join("services", name, "src", "main.ts");
  // Resolves when the service's log line "started" is shown.
  let started = Promise.withResolvers<void>();
  return {
    name,
    spawn() {
      started = Promise.withResolvers();
      if (!display.infoLogged) started.resolve();
      return spawn(process.execPath, ["--disable-warning=ExperimentalWarning", main], {
        cwd: root,
        env: { NODE_COMPILE_CACHE: compileCache(root), ...env() },
        // A process group of its own: Ctrl-C in a terminal reaches only the supervisor, which stops all in order.
        detached: true,
        stdio: ["ignore", "pipe", "pipe", "ipc"],
      });
    },
    ready: (child) =>
      new Promise((resolve) => {
        child.on("message", (message) => {
          if ((message as { type?: unknown } | null)?.type !== "ready") return;
          void Promise.race([started.promise, sleep(START_LINE_TIMEOUT_MS)]).then(() => resolve());
        });
      }),
    relay(child) {
      const tail = createStderrTail();
      const logLine = (line: string) => {
        const record = parseServiceLine(line);
        if (record) recordError(record, tail);
        if (record?.msg === "started") started.resolve();
        return record && display.readable ? readable(name, record) : line;
      };
      const done = Promise.all([
        relayed(child.stdout, display.stdout, logLine),
        relayed(child.stderr, display.stderr, plainLine(name, tail)),
      ]);
      return { done, reason: tail.reason };
    },
  };
}

/** The embedded bus and the nats-server program that runs it. */
export interface RunnableBus extends EmbeddedBus {
  readonly program: string;
  /** As "2.9.10". */
  readonly version: string;
  /** Runs before each start; may change the port. */
  prepare(): Promise<void>;
}

/** The nats-server; it logs to stderr in its own format. */
export function busProcess(bus: RunnableBus, display: Display): MonitoredProcess {
  const name = BUS_NAME;
  return {
    name,
    prepare: () => bus.prepare(),
    spawn: () =>
      spawn(bus.program, ["--config", bus.configFile], {
        // It needs no variable of ours, and some are secrets.
        env: {},
        detached: true,
        stdio: ["ignore", "ignore", "pipe"],
      }),
    ready: (_child, ended) => bus.listening(ended),
    relay(child) {
      const tail = createStderrTail();
      const plain = plainLine(name, tail);
      const logLine = (line: string) => {
        const record = parseNatsLine(line);
        if (!record) return plain(line);
        recordError(record, tail);
        if (record.level === "debug" && !display.verbose) return undefined;
        return display.readable ? readable(name, record) : json(name, record);
      };
      return { done: relayed(child.stderr, display.stdout, logLine), reason: tail.reason };
    },
  };
}

function relayed(
  source: Readable | null,
  output: Output,
  translate: (line: string) => string | undefined,
): Promise<void> {
  // Null where the process could not be started.
  return source ? relayLines(source, output, translate) : Promise.resolve();
}

/** For text that is not a log record, such as Node's report of an uncaught error. */
function plainLine(name: string, tail: StderrTail) {
  return (line: string) => {
    tail.stderr(line);
    return `${name}: ${line}`;
  };
}

function recordError(record: LogRecord, tail: StderrTail): void {
  if (record.level === "error" || record.level === "fatal") tail.logged(summary(record));
}
