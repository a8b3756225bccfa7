import { createPlatform } from "@vega/test-support";
import { randomBytes } from "node:crypto";

const STORE = "sqlite";

/** The platform as `npm start` runs it, on a data folder and a port of its own. */
export type BenchPlatform = Awaited<ReturnType<typeof preparePlatform>>;

/** Makes the folder; starts nothing yet. @param env what else its environment has */
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
    /** Its processes by name, the supervisor's too. */
    async pids(): Promise<ReadonlyMap<string, number>> {
      const { pid, children } = await platform.runFile();
      return new Map([
        ["supervisor", pid],
        ...children.map((child) => [child.name, child.pid] as const),
      ]);
    },
  };
}
