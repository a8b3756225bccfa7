import { readEnv } from "@vega/service-kit";
import type { BlobDepth } from "@vega/state";
import { inspectDatabase, verifyBlobs } from "@vega/state";
import { join } from "node:path";
import type { Env } from "@vega/supervisor/environment";
import { loadEnvironment, mistypedSettings } from "@vega/supervisor/environment";
import { OperatorError } from "@vega/supervisor/operator-error";
import { isRunning } from "@vega/supervisor/processes";
import { readRunFile } from "@vega/supervisor/run-file";
import type { ServiceName } from "@vega/supervisor/service-environment";
import { serviceEnvironment } from "@vega/supervisor/service-environment";
import { refuseBadSettings } from "@vega/supervisor/service-settings";
import type { Settings } from "@vega/supervisor/settings";
import { readSettings } from "@vega/supervisor/settings";
import { checkBus } from "./bus.ts";
import { checkClock } from "./clock.ts";
import type { Finding } from "./finding.ts";
import { fail, ok, warn } from "./finding.ts";
import { checkFiles } from "./files.ts";
import { checkFolder, checkSecrets } from "./folder.ts";
import { checkDisk, checkNatsServer, checkNode } from "./machine.ts";
import { checkPorts, checkRunning } from "./ports.ts";
import { checkProviders } from "./providers.ts";
import { checkStore } from "./store.ts";
import { storeOf } from "../database.ts";

/** Replaces secrets that a start would generate: the doctor writes nothing. */
const PLACEHOLDER = "a-placeholder-for-a-secret-000000000";

/**
 * Checks everything that `vega start` needs, with its environment; changes nothing.
 * @param depth of the check of stored files
 */
export async function* examine(root: string, depth: BlobDepth): AsyncGenerator<Finding, void> {
  yield checkNode(process.versions.node);
  let env: Env;
  let settings: Settings;
  const environmentOf = (name: ServiceName) =>
    serviceEnvironment(
      name,
      env.VEGA_SECRET_FILE ? env : { ...env, VEGA_SECRET: env.VEGA_SECRET ?? PLACEHOLDER },
      settings,
      {
        natsUrl: settings.natsUrl ?? "nats://127.0.0.1",
        port: settings.port,
        adminToken: settings.adminToken ?? PLACEHOLDER,
        internalToken: PLACEHOLDER,
      },
    );
  try {
    env = loadEnvironment(root);
    settings = readSettings(env, root);
    refuseBadSettings(environmentOf);
    const unknown = mistypedSettings(env, root);
    yield unknown.length === 0
      ? ok("settings", "valid for every service")
      : warn("settings", `unknown: ${unknown.join(", ")}`, ".env.example lists all settings");
  } catch (error) {
    if (!(error instanceof OperatorError)) throw error;
    yield fail(
      "settings",
      error.message.replaceAll("\n", ";"),
      "fix them in .env or where they are set",
    );
    return;
  }
  const { dataDir, mongodbUrl, natsUrl } = settings;
  if (!natsUrl) yield await checkNatsServer(env, root);
  yield* checkFolder(dataDir);
  yield* checkSecrets(dataDir, env);

  const run = readRunFile(join(dataDir, "run.json"));
  const running = run?.children.some(isRunning) ? run : undefined;
  if (running) yield await checkRunning(running);
  else yield* await checkPorts(settings);

  // readEnv adds NATS_USER and NATS_PASSWORD.
  const given = natsUrl && readEnv(environmentOf("state")).NATS_URL;
  const url = given ?? (running?.own_bus ? running.nats_url : undefined);
  if (url) yield* await checkBus(url, !running);
  else yield ok("bus", "embedded: `vega start` runs a nats-server");

  const inspection = await inspectDatabase(storeOf(settings));
  yield checkStore(mongodbUrl ? "MongoDB" : join(dataDir, "vega.db"), inspection);
  if (inspection.kind === "sound")
    yield checkFiles(await verifyBlobs(storeOf(settings), depth), depth);
  const sound = inspection.kind === "sound" ? inspection : undefined;
  yield checkDisk(dataDir, sound?.bytes);
  yield checkClock(Date.now(), {
    lastEntry: sound?.time ?? null,
    ahead: sound?.aheadMs === undefined ? [] : [{ name: "MongoDB", ms: sound.aheadMs }],
  });
  yield* checkProviders(readEnv(environmentOf("ai")));
}
