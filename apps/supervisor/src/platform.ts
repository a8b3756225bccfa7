import { openDataFolder } from "./data-folder.ts";
import { randomBytes } from "node:crypto";
import { loadEnvironment, mistypedSettings } from "./environment.ts";
import { runProcesses } from "./run-processes.ts";
import { outputTo } from "./output.ts";
import { prepareBus } from "./embedded-bus.ts";
import { checkHttpPort } from "./ports.ts";
import { readOrCreateSecret } from "./private-file.ts";
import { isRunning, terminateAll } from "./processes.ts";
import type { Progress } from "./progress.ts";
import { createProgress } from "./progress.ts";
import type { RunRecord } from "./run-file.ts";
import { readRunFile } from "./run-file.ts";
import { serviceEnvironment } from "./service-environment.ts";
import { refuseBadSettings } from "./service-settings.ts";
import { httpAddress, readSettings } from "./settings.ts";

const ORPHAN_GRACE_MS = 3_000;
/** Placeholder for the URL of the embedded bus, whose port is chosen later. */
const PENDING_BUS_URL = "nats://127.0.0.1";

/**
 * Runs VEGA on this machine until a shutdown is requested or a process cannot be restarted.
 * @param root the folder of the checkout
 * @returns the exit code
 * @throws OperatorError when the start fails for a reason that the operator can fix
 */
export async function runPlatform(root: string): Promise<number> {
  const stdout = outputTo(process.stdout);
  const progress = createProgress(stdout);
  const env = loadEnvironment(root);
  const settings = readSettings(env, root);
  for (const name of mistypedSettings(env, root)) {
    progress.note(`unknown setting ${name}: ignored; .env.example lists all settings`);
  }
  const data = openDataFolder(settings.dataDir);
  try {
    const last = readRunFile(data.runFile);
    // Before the port check, because they may hold the ports.
    await endOrphans(last, progress);
    const port = await checkHttpPort(settings.host, settings.port);
    const adminToken = settings.adminToken ?? readOrCreateSecret(data.adminTokenFile);
    // Known only to gateway and ai of this run.
    const internalToken = randomBytes(32).toString("base64url");
    const natsUrl = settings.natsUrl ?? PENDING_BUS_URL;
    const run = { natsUrl, port, adminToken, internalToken };
    refuseBadSettings((name) => serviceEnvironment(name, env, settings, run));
    progress.note(`starting; data folder ${settings.dataDir}`);
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
    return await runProcesses({
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

/** Ends processes that a killed supervisor left behind: two processes on one store would damage it. */
async function endOrphans(last: RunRecord | undefined, progress: Progress): Promise<void> {
  const orphans = last?.children.filter(isRunning) ?? [];
  if (orphans.length === 0) return;
  const names = orphans.map(({ name, pid }) => `${name} (pid ${pid})`).join(", ");
  progress.note(`ending processes of the last run: ${names}`);
  await terminateAll(orphans, ORPHAN_GRACE_MS);
}
