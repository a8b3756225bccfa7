import { openDataFolder } from "./data-folder.ts";
import { randomBytes } from "node:crypto";
import { loadEnvironment, mistypedSettings } from "./environment.ts";
import { operate } from "./operate.ts";
import { outputTo } from "./output.ts";
import { prepareBus } from "./own-bus.ts";
import { httpPort } from "./ports.ts";
import { keptSecret } from "./private-file.ts";
import { endAll, runs } from "./processes.ts";
import type { Progress } from "./progress.ts";
import { progressTo } from "./progress.ts";
import type { RunRecord } from "./run-file.ts";
import { readRunFile } from "./run-file.ts";
import { serviceEnvironment } from "./service-environment.ts";
import { refuseBadSettings } from "./service-settings.ts";
import { httpAddress, readSettings } from "./settings.ts";

const ORPHAN_GRACE_MS = 3_000;
/** Stands for a bus of our own, whose port is not chosen yet. */
const BUS_TO_COME = "nats://127.0.0.1";

/**
 * Runs VEGA on this machine until it is told to stop, or can't go on.
 * @param root the project's folder
 * @returns the exit code
 * @throws OperatorError when something that a person can mend is in the way of the start.
 */
export async function runPlatform(root: string): Promise<number> {
  const stdout = outputTo(process.stdout);
  const progress = progressTo(stdout);
  const env = loadEnvironment(root);
  const settings = readSettings(env, root);
  for (const name of mistypedSettings(env, root)) {
    progress.note(`${name} is no setting and does nothing; .env.example has all that are`);
  }
  const data = openDataFolder(settings.dataDir);
  try {
    const last = readRunFile(data.runFile);
    // First, because they may hold the ports.
    await endOrphans(last, progress);
    const port = await httpPort(settings.host, settings.port);
    const adminToken = settings.adminToken ?? keptSecret(data.adminTokenFile);
    // Known to gateway and ai of this run alone.
    const internalToken = randomBytes(32).toString("base64url");
    const natsUrl = settings.natsUrl ?? BUS_TO_COME;
    const run = { natsUrl, port, adminToken, internalToken };
    refuseBadSettings((name) => serviceEnvironment(name, env, settings, run));
    const bus = settings.natsUrl
      ? { urlFor: () => natsUrl }
      : await prepareBus({
          root,
          env,
          folder: data.natsDir,
          lastUrl: last?.own_bus ? last.nats_url : undefined,
          log: progress.note,
        });
    const http = httpAddress(settings.host, port);
    return await operate({
      root,
      env,
      settings,
      data,
      port,
      http,
      adminToken,
      internalToken,
      bus,
      stdout,
      progress,
    });
  } finally {
    data.release();
  }
}

/** Ends what a supervisor that was killed has left behind: two processes on one store would damage it. */
async function endOrphans(last: RunRecord | undefined, progress: Progress): Promise<void> {
  const orphans = last?.children.filter(runs) ?? [];
  if (orphans.length === 0) return;
  const names = orphans.map(({ name, pid }) => `${name} (pid ${pid})`).join(", ");
  progress.note(`ending what the last run left behind: ${names}`);
  await endAll(orphans, ORPHAN_GRACE_MS);
}
