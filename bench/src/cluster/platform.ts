import { createPlatform } from "@vega/test-support";
import { randomBytes } from "node:crypto";

const STORE = "sqlite";

/** The platform as `npm start` runs it, with its own data folder and port. */
export type BenchPlatform = Awaited<ReturnType<typeof preparePlatform>>;

/** Creates the folder and starts nothing. @param env additions to its environment */
export async function preparePlatform(env: Readonly<Record<string, string>> = {}) {
  const token = randomBytes(24).toString("base64url");
  const adminPassword = randomBytes(24).toString("base64url");
  const platform = await createPlatform({
    VEGA_ADMIN_TOKEN: token,
    VEGA_ADMIN_PASSWORD: adminPassword,
    LOOP_TIME_SCALE: "1",
    ...env,
  });
  return {
    ...platform,
    url: platform.api.url,
    store: STORE,
    adminPassword,
    writeHeaders: { authorization: `Bearer ${token}`, "content-type": "application/json" },
    /** The version of the nats-server that it has started. */
    natsVersion: () => /nats-server (\d\S*) on /.exec(platform.output())?.[1] ?? "unknown",
    /** Its processes by name, with the supervisor. */
    async pids(): Promise<ReadonlyMap<string, number>> {
      const { pid, children } = await platform.runFile();
      return new Map([
        ["supervisor", pid],
        ...children.map((child) => [child.name, child.pid] as const),
      ]);
    },
  };
}

/** Environment without backups and snapshots, which would fall into some rounds only. */
export const WITHOUT_BACKUPS = { VEGA_BACKUP_HOURS: "0", VEGA_SNAPSHOT_SECONDS: "86400" } as const;
