import { tryPort } from "@vega/supervisor/ports";
import type { RunRecord } from "@vega/supervisor/run-file";
import { SERVICES } from "@vega/supervisor/service-environment";
import type { Settings } from "@vega/supervisor/settings";
import type { Finding } from "./finding.ts";
import { fail, ok, warn } from "./finding.ts";

const REQUEST_TIMEOUT_MS = 3_000;

function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch (error) {
    // The process of another user.
    return (error as NodeJS.ErrnoException).code === "EPERM";
  }
}

/** Checks that a running platform is ready. */
export async function checkRunning({ http, pid }: RunRecord): Promise<Finding> {
  const check = "platform";
  if (!isAlive(pid)) {
    return warn(check, `was killed (pid ${pid})`, "start it: that ends the remaining processes");
  }
  const remedy = "read its log";
  try {
    const response = await fetch(`${http}/readyz`, {
      signal: AbortSignal.timeout(REQUEST_TIMEOUT_MS),
    });
    if (response.ok) return ok(check, `runs and is ready at ${http} (pid ${pid})`);
    const { checks = {} } = (await response.json()) as { checks?: Record<string, string> };
    const failed = Object.entries(checks).filter(([, status]) => !status.startsWith("ok"));
    const reasons = failed.map(([name, status]) => `${name}: ${status}`).join(", ");
    return fail(check, `runs and is not ready: ${reasons}`, remedy);
  } catch {
    return fail(check, `runs (pid ${pid}) and does not respond at ${http}`, remedy);
  }
}

/** Checks that a platform to be started can listen, by listening on each port for a moment. */
export async function checkPorts({ host, port, healthPort }: Settings): Promise<Finding[]> {
  const wanted = [{ check: "port", host, port, name: "PORT" }];
  if (healthPort !== undefined) {
    const health = SERVICES.map((_, index) => ({
      check: "health port",
      host: "127.0.0.1",
      port: healthPort + index,
      name: "VEGA_HEALTH_PORT",
    }));
    wanted.push(...health);
  }
  return Promise.all(wanted.map(checkPort));
}

async function checkPort(wanted: { check: string; host: string; port: number; name: string }) {
  const { check, host, port, name } = wanted;
  const address = `${host}:${port}`;
  try {
    await tryPort(host, port);
    return ok(check, port === 0 ? `${host}, any free port` : `${address} is free`);
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    if (code === "EADDRINUSE") {
      return fail(check, `${address} is in use`, `stop the program that uses it, or set ${name}`);
    }
    if (code === "EACCES") return fail(check, `${address}: permission denied`, `set ${name}`);
    return fail(check, `${address}: ${message}`, "set HOST to an address of this machine");
  }
}
