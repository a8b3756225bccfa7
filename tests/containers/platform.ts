import type { Api } from "@vega/test-support";
import { createApi, until } from "@vega/test-support";
import { execFile } from "node:child_process";
import { chmodSync, mkdirSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import type { StartedDockerComposeEnvironment } from "testcontainers";
import { DockerComposeEnvironment } from "testcontainers";
import { makeSecrets } from "../../apps/cli/src/compose-secrets/files.ts";
import { reservePort } from "../../tools/reserve-port.ts";

const ROOT = join(import.meta.dirname, "../..");
const START_MS = 300_000;

/** A Compose project of the unchanged files with its own secrets, volumes and port. */
export interface Platform {
  readonly project: string;
  /** A client of the edge with the admin token. */
  readonly api: Api;
  secret(name: string): string;
  /** Starts it with the given number of containers of each service, without a build. Resolves when all are healthy. */
  up(scale?: Readonly<Record<string, number>>): Promise<void>;
  /** Runs an operator command with files in a folder that `close` removes. @returns the output */
  tool(...command: string[]): Promise<string>;
  /** Removes the containers and keeps the volumes. */
  down(): Promise<void>;
  /** Removes the project and its volumes. */
  close(): Promise<void>;
}

/**
 * Builds the images and starts the platform.
 * @param files Compose files, docker-compose.yml and overrides
 */
export async function startPlatform(
  settings: Record<string, string>,
  files: readonly string[] = ["docker-compose.yml"],
): Promise<Platform> {
  const project = `vega-test-${process.pid}`;
  const folder = mkdtempSync(join(tmpdir(), "vega-containers-"));
  const secrets = join(folder, "secrets");
  const shared = join(folder, "files");
  mkdirSync(shared);
  chmodSync(shared, 0o777);
  const port = await reservePort();
  const uid = process.getuid?.() ?? 0;
  makeSecrets({ folder: secrets, uid });
  const environment = {
    ...settings,
    VEGA_SECRETS_DIR: secrets,
    HOST: "127.0.0.1",
    // Fixed, because Docker would choose a new port at each start of the edge.
    PORT: String(port),
    ...(uid === 0 ? {} : { VEGA_UID: String(uid), VEGA_GID: String(process.getgid?.() ?? uid) }),
  };
  const secret = (name: string) => readFileSync(join(secrets, name), "utf8").trim();
  let started: StartedDockerComposeEnvironment | undefined;
  const api = createApi(`http://127.0.0.1:${port}`, secret("vega_admin_token"));

  const compose = () =>
    new DockerComposeEnvironment(ROOT, [...files])
      .withProjectName(project)
      .withEnvironment(environment)
      // Ryuk's image comes from a registry, and the test removes its containers itself.
      .withAutoCleanup(false)
      .withStartupTimeout(START_MS);
  const bring = async (environmentOf: DockerComposeEnvironment) => {
    started = await environmentOf.up();
    await until("the edge reaches a gateway", async () => (await fetch(`${api.url}/readyz`)).ok);
  };
  await bring(
    compose()
      .withBuild()
      .withClientOptions({ commandOptions: ["--wait"] }),
  );

  return {
    project,
    api,
    secret,
    up: (scale = {}) =>
      bring(
        compose().withClientOptions({
          commandOptions: [
            "--wait",
            ...Object.entries(scale).flatMap(([name, count]) => ["--scale", `${name}=${count}`]),
          ],
        }),
      ),
    async tool(...command) {
      const chosen = [...files, "deploy/compose/tools.yml"].flatMap((file) => ["-f", file]);
      const run = ["run", "--build", "--rm", "tools", ...command];
      const env = { ...process.env, ...environment, VEGA_FILES_DIR: shared };
      const { stdout, stderr } = await promisify(execFile)(
        "docker",
        ["compose", "-p", project, ...chosen, ...run],
        { cwd: ROOT, env },
      );
      return stdout + stderr;
    },
    async down() {
      await started?.down({ removeVolumes: false });
    },
    async close() {
      await started?.down({ removeVolumes: true });
      rmSync(folder, { recursive: true, force: true });
    },
  };
}
