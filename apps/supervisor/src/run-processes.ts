import { OBSERVER } from "@vega/contracts";
import { watchBus } from "./bus-watch.ts";
import type { RunnableBus, Display } from "./children.ts";
import { BUS_NAME, busProcess, serviceProcess } from "./children.ts";
import type { DataFolder } from "./data-folder.ts";
import { awaitShutdown } from "./shutdown.ts";
import type { Env } from "./environment.ts";
import { busServers } from "./external-bus.ts";
import { createProcessGroup } from "./process-group.ts";
import type { MonitorEvents } from "./process-monitor.ts";
import { createProcessMonitor } from "./process-monitor.ts";
import type { Output } from "./output.ts";
import { outputTo } from "./output.ts";
import { EXIT_CODES } from "./operator-error.ts";
import type { Progress } from "./progress.ts";
import { banner } from "./progress.ts";
import { writeRunFile } from "./run-file.ts";
import type { ServiceName } from "./service-environment.ts";
import { serviceEnvironment } from "./service-environment.ts";
import type { Settings } from "./settings.ts";
import { startUp } from "./start-up.ts";

/** Everything that is decided before the first process starts. */
export interface Run {
  readonly root: string;
  readonly env: Env;
  readonly settings: Settings;
  readonly data: DataFolder;
  readonly port: number;
  readonly http: string;
  readonly adminToken: string;
  /** Authenticates gateway and ai to each other. */
  readonly internalToken: string;
  /** The embedded bus, or the URL of an external one. */
  readonly bus: RunnableBus | Pick<RunnableBus, "urlFor">;
  readonly stdout: Output;
  readonly progress: Progress;
}

/** Starts all processes, keeps them running until a shutdown is requested, and stops them in order. @returns the exit code */
export async function runProcesses(run: Run): Promise<number> {
  const { settings, data, bus, http, progress } = run;
  const { requested, request } = awaitShutdown(() => {
    all.kill();
    process.exit(130);
  });
  let isStarting = true;
  /** The URL of the bus that the services got. */
  let knownUrl: string | undefined;
  const followBus = () => {
    const url = bus.urlFor(OBSERVER);
    if (knownUrl !== undefined && knownUrl !== url) {
      progress.note("the bus has a new port; restarting the services");
      for (const monitor of services.flat()) monitor.restart();
    }
    knownUrl = url;
  };
  const startedAt = new Date().toISOString();
  const writeRecord = () => {
    const children = all.running();
    try {
      writeRunFile(data.runFile, {
        pid: process.pid,
        startedAt,
        http,
        nats_url: bus.urlFor(OBSERVER),
        own_bus: "program" in bus,
        children,
      });
    } catch (error) {
      // A full disk must not stop the platform; only the clean-up after a kill -9 would miss a process.
      progress.note(`can't write ${data.runFile}: ${(error as Error).message}`);
    }
  };
  const events: MonitorEvents = {
    started: writeRecord,
    ready(name) {
      if (name === BUS_NAME) followBus();
      if (!isStarting) progress.note(`${name} is ready again`);
      else if (name === BUS_NAME && "version" in bus) {
        progress.step(`${name} ${bus.version} on ${bus.address}`);
      } else progress.step(`${name} is ready`);
    },
    restarting(name, { how }, delayMs) {
      progress.note(`${name} ended (${how}); restarting in ${delayMs / 1_000} s`);
    },
    fatal(name, { how, code }, reason) {
      const isConfiguration = code === EXIT_CODES.configuration;
      request({
        code: isConfiguration ? EXIT_CODES.configuration : EXIT_CODES.failure,
        reason: `${name} failed (${how}): ${reason ?? "no error message"}`,
      });
    },
  };

  const display: Display = {
    stdout: run.stdout,
    stderr: outputTo(process.stderr),
    readable: isReadable(settings, run.stdout),
    infoLogged: ["trace", "debug", "info"].includes(settings.logLevel),
    verbose: settings.logLevel === "debug" || settings.logLevel === "trace",
  };
  const service = (name: ServiceName) => {
    const fixed = serviceEnvironment(name, run.env, settings, {
      ...run,
      natsUrl: bus.urlFor(name),
    });
    const env = () => ({ ...fixed, NATS_URL: bus.urlFor(name) });
    return createProcessMonitor(serviceProcess(name, run.root, env, display), events);
  };
  const nats = "program" in bus ? [createProcessMonitor(busProcess(bus, display), events)] : [];
  const services = [
    [service("gateway")],
    [service("loop"), service("ai"), service("auth")],
    [service("state")],
  ];
  const all = createProcessGroup([...services, nats]);

  const starts = {
    bus: nats,
    externalBus: settings.natsUrl ? busServers(settings.natsUrl) : undefined,
    services: services.flat(),
    http,
    progress,
    stopped: requested,
  };
  void startUp(starts).then((isUp) => {
    isStarting = false;
    if (isUp) void run.stdout.write(banner(http, settings, data));
  });
  const watch = new AbortController();
  for (const monitor of nats) {
    const hung = () => {
      progress.note(`${BUS_NAME} runs but does not respond; restarting it`);
      monitor.restart("SIGKILL");
    };
    void watchBus({ urlFor: (user) => bus.urlFor(user), hung, stop: watch.signal });
  }
  const { code, reason } = await requested;
  watch.abort();
  progress.note(`stopping: ${reason}`);
  await all.stop();
  writeRecord();
  progress.note("stopped");
  // Repeated as the last line: stopping has logged many lines since.
  if (code !== 0) await display.stderr.write(`vega: ${reason}\n`);
  return code;
}

function isReadable({ logFormat }: Settings, stdout: Output): boolean {
  return logFormat === "readable" || (logFormat === "auto" && stdout.isTerminal);
}
