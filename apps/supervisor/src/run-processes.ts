import { OBSERVER } from "@vega/contracts";
import { watchBus } from "./bus-watch.ts";
import type { BusToRun, Display } from "./children.ts";
import { BUS_NAME, busProcess, serviceProcess } from "./children.ts";
import type { DataFolder } from "./data-folder.ts";
import { awaitEnding } from "./shutdown.ts";
import type { Env } from "./environment.ts";
import { busServers } from "./external-bus.ts";
import { fleet } from "./process-group.ts";
import type { KeeperEvents } from "./process-monitor.ts";
import { keep } from "./process-monitor.ts";
import type { Output } from "./output.ts";
import { outputTo } from "./output.ts";
import type { Progress } from "./progress.ts";
import { banner } from "./progress.ts";
import { writeRunFile } from "./run-file.ts";
import type { ServiceName } from "./service-environment.ts";
import { serviceEnvironment } from "./service-environment.ts";
import type { Settings } from "./settings.ts";
import { startUp } from "./start-up.ts";

/** A run of the platform, with all that is decided before its first process starts. */
export interface Run {
  readonly root: string;
  readonly env: Env;
  readonly settings: Settings;
  readonly data: DataFolder;
  readonly port: number;
  readonly http: string;
  readonly adminToken: string;
  /** By which gateway and ai know each other. */
  readonly internalToken: string;
  /** The bus to run; only its URL when it runs elsewhere. */
  readonly bus: BusToRun | Pick<BusToRun, "urlFor">;
  readonly stdout: Output;
  readonly progress: Progress;
}

/** Starts all processes, keeps them running until the end comes, and stops them in order. Returns the exit code. */
export async function operate(run: Run): Promise<number> {
  const { settings, data, bus, http, progress } = run;
  const { ended, end } = awaitEnding(() => {
    all.kill();
    process.exit(130);
  });
  let starting = true;
  /** The URL of the bus that the services were started with. */
  let knownUrl: string | undefined;
  const followBus = () => {
    const url = bus.urlFor(OBSERVER);
    if (knownUrl !== undefined && knownUrl !== url) {
      progress.note("the bus has another port now; the services start anew");
      for (const keeper of services.flat()) keeper.restart();
    }
    knownUrl = url;
  };
  const startedAt = new Date().toISOString();
  const record = () => {
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
      // A full disk must not end what runs; only the clean-up after a kill would miss a process.
      progress.note(`${data.runFile} can't be written: ${(error as Error).message}`);
    }
  };
  const events: KeeperEvents = {
    started: record,
    ready(name) {
      if (name === BUS_NAME) followBus();
      if (!starting) progress.note(`${name} is ready again`);
      else if (name === BUS_NAME && "version" in bus) {
        progress.step(`${name} ${bus.version} on ${bus.address}`);
      } else progress.step(`${name} is ready`);
    },
    restarting(name, how, delayMs) {
      progress.note(`${name} ended (${how}); next start in ${delayMs / 1_000} s`);
    },
    hopeless(name, how, reason) {
      end({ code: 1, reason: `${name} can't run (${how}): ${reason ?? "it did not say why"}` });
    },
  };

  const display: Display = {
    stdout: run.stdout,
    stderr: outputTo(process.stderr),
    readable: shownReadable(settings, run.stdout),
    informed: ["trace", "debug", "info"].includes(settings.logLevel),
    verbose: settings.logLevel === "debug" || settings.logLevel === "trace",
  };
  const service = (name: ServiceName) => {
    const fixed = serviceEnvironment(name, run.env, settings, {
      ...run,
      natsUrl: bus.urlFor(name),
    });
    const env = () => ({ ...fixed, NATS_URL: bus.urlFor(name) });
    return keep(serviceProcess(name, run.root, env, display), events);
  };
  const nats = "program" in bus ? [keep(busProcess(bus, display), events)] : [];
  const services = [
    [service("gateway")],
    [service("loop"), service("ai"), service("auth")],
    [service("state")],
  ];
  const all = fleet([...services, nats]);

  const starts = {
    bus: nats,
    externalBus: settings.natsUrl ? busServers(settings.natsUrl) : undefined,
    services: services.flat(),
    http,
    progress,
    ended,
  };
  void startUp(starts).then((up) => {
    starting = false;
    if (up) void run.stdout.write(banner(http, settings, data));
  });
  const watching = new AbortController();
  for (const keeper of nats) {
    const hung = () => {
      progress.note(`${BUS_NAME} does not work any more, though it runs; it is ended`);
      keeper.restart("SIGKILL");
    };
    void watchBus({ urlFor: (user) => bus.urlFor(user), hung, stop: watching.signal });
  }
  const { code, reason } = await ended;
  watching.abort();
  progress.note(`stopping: ${reason}`);
  await all.stop();
  record();
  progress.note("stopped");
  // Once more, because the stop of the others has said much in between.
  if (code !== 0) await display.stderr.write(`vega: ${reason}\n`);
  return code;
}

function shownReadable({ logFormat }: Settings, stdout: Output): boolean {
  return logFormat === "readable" || (logFormat === "auto" && stdout.isTerminal);
}
