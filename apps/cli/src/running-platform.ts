import { readFileSync } from "node:fs";
import { join } from "node:path";
import { loadEnvironment } from "@vega/supervisor/environment";
import { OperatorError } from "@vega/supervisor/operator-error";
import { readRunFile } from "@vega/supervisor/run-file";
import { httpAddress, readSettings } from "@vega/supervisor/settings";

/** HTTP client of the platform that runs on the configured data folder, with the admin token. */
export interface RunningPlatform {
  readonly url: string;
  /** @throws OperatorError for a status other than 2xx, with the detail of the response. */
  send(method: string, path: string, body?: string): Promise<unknown>;
}

/** Finds the running platform by the same environment that it was started with. */
export function findRunning(root: string): RunningPlatform {
  const settings = readSettings(loadEnvironment(root), root);
  const run = readRunFile(join(settings.dataDir, "run.json"));
  const url = run?.http ?? httpAddress(settings.host, settings.port);
  const token = settings.adminToken ?? readAdminToken(settings.dataDir);
  return {
    url,
    async send(method, path, body) {
      const response = await fetch(url + path, {
        method,
        headers: {
          authorization: `Bearer ${token}`,
          ...(body === undefined ? {} : { "content-type": "application/json" }),
        },
        ...(body === undefined ? {} : { body }),
      }).catch((cause: unknown) => {
        throw new OperatorError(
          `VEGA is not reachable at ${url}.\n  Start it with \`npm start\` in another terminal, then try again.`,
          { cause },
        );
      });
      const text = await response.text();
      if (!response.ok) throw new OperatorError(problemText(response.status, text));
      try {
        return JSON.parse(text);
      } catch (cause) {
        throw new OperatorError(`the server at ${url} is not VEGA: its response is not JSON`, {
          cause,
        });
      }
    },
  };
}

function readAdminToken(folder: string): string {
  const path = join(folder, "admin-token");
  try {
    return readFileSync(path, "utf8").trim();
  } catch (cause) {
    throw new OperatorError(
      `admin token not found in ${path}.\n  Start VEGA once, or set VEGA_ADMIN_TOKEN.`,
      { cause },
    );
  }
}

/** The detail and the errors of a problem+json body, one a line. */
function problemText(status: number, text: string): string {
  try {
    const { detail, errors = [] } = JSON.parse(text) as {
      detail?: string;
      errors?: { path: string; message: string }[];
    };
    return [
      detail ?? text,
      ...errors.map(({ path, message }) => `${path || "/"}: ${message}`),
    ].join("\n  ");
  } catch {
    return `HTTP status ${status}: ${text.slice(0, 500)}`;
  }
}
