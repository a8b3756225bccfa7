import { spawn } from "node:child_process";
import { join } from "node:path";
import type { Readable } from "node:stream";
import { setTimeout as sleep } from "node:timers/promises";
import type { OwnBus } from "./bus.ts";
import { compileCache } from "./compile-cache.ts";
import type { KeptProcess } from "./process-monitor.ts";
import type { LastWords } from "./stderr-tail.ts";
import { lastWords } from "./stderr-tail.ts";
import type { LogRecord } from "./log-line.ts";
import { json, parseNatsLine, parseServiceLine, readable, summary } from "./log-line.ts";
import type { Output } from "./output.ts";
import { relayLines } from "./output.ts";

export const BUS_NAME = "nats-server";

/** A service's log takes another way than its word that it is ready; that word waits so long for the line before it. */
const OWN_LINE_MS = 500;

/** Where and how the children's lines are shown. */
export interface Display {
  readonly stdout: Output;
  readonly stderr: Output;
  readonly readable: boolean;
  /** Services write their records of level info. */
  readonly informed: boolean;
  /** Shows records of level debug that the supervisor makes of nats-server's text. */
  readonly verbose: boolean;
}

/** One of the services: a Node program that says over IPC when it is ready. */
export function serviceProcess(
  name: string,
  root: string,
  /** Asked for at each start: where the bus is, is known only once it listens. */
  env: () => Record<string, string>,
  display: Display,
): KeptProcess {
  const main = join("services", name, "src", "main.ts");
  // Resolves when the line is shown in which the service itself tells of its start.
  let told = Promise.withResolvers<void>();
  return {
    name,
    spawn() {
      told = Promise.withResolvers();
      if (!display.informed) told.resolve();
      return spawn(process.execPath, ["--disable-warning=ExperimentalWarning", main], {
        cwd: root,
        env: { NODE_COMPILE_CACHE: compileCache(root), ...env() },
        // A process group of its own: Ctrl-C in a terminal reaches the supervisor alone, which stops all in order.
        detached: true,
        stdio: ["ignore", "pipe", "pipe", "ipc"],
      });
    },
    ready: (child) =>
      new Promise((resolve) => {
        child.on("message", (message) => {
          if ((message as { type?: unknown } | null)?.type !== "ready") return;
          void Promise.race([told.promise, sleep(OWN_LINE_MS)]).then(() => resolve());
        });
      }),
    relay(child) {
      const words = lastWords();
      const logLine = (line: string) => {
        const record = parseServiceLine(line);
        if (record) noteFault(record, words);
        if (record?.msg === "started") told.resolve();
        return record && display.readable ? readable(name, record) : line;
      };
      const done = Promise.all([
        relayed(child.stdout, display.stdout, logLine),
        relayed(child.stderr, display.stderr, plainLine(name, words)),
      ]);
      return { done, reason: words.reason };
    },
  };
}

/** A bus of our own and the nats-server to run it with. */
export interface BusToRun extends OwnBus {
  readonly program: string;
  /** As "2.9.10". */
  readonly version: string;
  /** Before each start; where it listens may then be another place. */
  prepare(): Promise<void>;
}

/** The nats-server: it logs to stderr, in a form of its own. */
export function busProcess(bus: BusToRun, display: Display): KeptProcess {
  const name = BUS_NAME;
  return {
    name,
    prepare: () => bus.prepare(),
    spawn: () =>
      spawn(bus.program, ["--config", bus.configFile], {
        // It needs none of ours, and secrets are among them.
        env: {},
        detached: true,
        stdio: ["ignore", "ignore", "pipe"],
      }),
    ready: (_child, ended) => bus.listening(ended),
    relay(child) {
      const words = lastWords();
      const plain = plainLine(name, words);
      const logLine = (line: string) => {
        const record = parseNatsLine(line);
        if (!record) return plain(line);
        noteFault(record, words);
        if (record.level === "debug" && !display.verbose) return undefined;
        return display.readable ? readable(name, record) : json(name, record);
      };
      return { done: relayed(child.stderr, display.stdout, logLine), reason: words.reason };
    },
  };
}

function relayed(
  source: Readable | null,
  output: Output,
  translate: (line: string) => string | undefined,
): Promise<void> {
  // Null where the process could not be started at all.
  return source ? relayLines(source, output, translate) : Promise.resolve();
}

/** For text that is no log record, such as what Node says of an uncaught error. */
function plainLine(name: string, words: LastWords) {
  return (line: string) => {
    words.stderr(line);
    return `${name}: ${line}`;
  };
}

function noteFault(record: LogRecord, words: LastWords): void {
  if (record.level === "error" || record.level === "fatal") words.logged(summary(record));
}
