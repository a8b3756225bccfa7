import { tryPort } from "@vega/supervisor/ports";
import type { RunRecord } from "@vega/supervisor/run-file";
import { SERVICES } from "@vega/supervisor/service-environment";
import type { Settings } from "@vega/supervisor/settings";
import type { Finding } from "./finding.ts";
import { fail, ok, warn } from "./finding.ts";

const ANSWER_MS = 3_000;

function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch (error) {
    // It is somebody else's.
    return (error as NodeJS.ErrnoException).code === "EPERM";
  }
}

/** Of the platform that runs: whether it is ready. */
export async function checkRunning({ http, pid }: RunRecord): Promise<Finding> {
  const what = "platform";
  if (!isAlive(pid)) {
    return warn(what, `was killed (pid ${pid})`, "`npm start` cleans up what it left behind");
  }
  try {
    const answer = await fetch(`${http}/readyz`, { signal: AbortSignal.timeout(ANSWER_MS) });
    if (answer.ok) return ok(what, `runs and is ready at ${http} (pid ${pid})`);
    const { checks = {} } = (await answer.json()) as { checks?: Record<string, string> };
    const wrong = Object.entries(checks).filter(([, said]) => !said.startsWith("ok"));
    const found = wrong.map(([name, said]) => `${name}: ${said}`).join(", ");
    return fail(what, `runs and is not ready: ${found}`, "see what its log says of that");
  } catch {
    return fail(what, `runs (pid ${pid}) and does not answer at ${http}`, "see what its log says");
  }
}

/** Of a platform that is to be started: whether it can listen. Each port is taken for a moment. */
export async function checkPorts({ host, port, healthPort }: Settings): Promise<Finding[]> {
  const wanted = [{ what: "port", host, port, name: "PORT" }];
  if (healthPort !== undefined) {
    const own = SERVICES.map((_, at) => ({
      what: "health port",
      host: "127.0.0.1",
      port: healthPort + at,
      name: "VEGA_HEALTH_PORT",
    }));
    wanted.push(...own);
  }
  return Promise.all(
    wanted.map(async (one) => {
      const where = `${one.host}:${one.port}`;
      try {
        await tryPort(one.host, one.port);
        return ok(one.what, one.port === 0 ? `${one.host}, any that is free` : `${where} is free`);
      } catch (error) {
        const { code, message } = error as NodeJS.ErrnoException;
        if (code === "EADDRINUSE") {
          return fail(one.what, `${where} is taken`, `end what has it, or set ${one.name}`);
        }
        if (code === "EACCES") return fail(one.what, `${where}: not allowed`, `set ${one.name}`);
        return fail(one.what, `${where}: ${message}`, "set HOST to an address of this machine");
      }
    }),
  );
}
