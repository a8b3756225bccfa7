import { readFileSync } from "node:fs";
import { join } from "node:path";
import { loadEnvironment } from "@vega/supervisor/environment";
import { OperatorError } from "@vega/supervisor/operator-error";
import { readRunFile } from "@vega/supervisor/run-file";
import { httpAddress, readSettings } from "@vega/supervisor/settings";

/** The platform that runs on the configured data folder, as an administrator sees it. */
export interface Running {
  readonly url: string;
  /** Sends a request; answers other than 2xx are thrown as OperatorError with what the platform said. */
  send(method: string, path: string, body?: string): Promise<unknown>;
}

/** Finds the running platform by the same environment that it was started with. */
export function findRunning(root: string): Running {
  const settings = readSettings(loadEnvironment(root), root);
  const run = readRunFile(join(settings.dataDir, "run.json"));
  const url = run?.http ?? httpAddress(settings.host, settings.port);
  const token = settings.adminToken ?? keptToken(settings.dataDir);
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
          `VEGA does not answer at ${url}.\n  Start it with \`npm start\` in another terminal, then try again.`,
          { cause },
        );
      });
      const text = await response.text();
      if (!response.ok) throw new OperatorError(said(response.status, text));
      try {
        return JSON.parse(text);
      } catch (cause) {
        throw new OperatorError(`what answers at ${url} is not VEGA`, { cause });
      }
    },
  };
}

function keptToken(folder: string): string {
  const path = join(folder, "admin-token");
  try {
    return readFileSync(path, "utf8").trim();
  } catch (cause) {
    throw new OperatorError(
      `there is no admin token in ${path}.\n  Start VEGA once, or set VEGA_ADMIN_TOKEN.`,
      { cause },
    );
  }
}

/** What a problem+json says, in lines. */
function said(status: number, text: string): string {
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
    return `answered ${status}: ${text.slice(0, 500)}`;
  }
}

/** Runs a script's work; a fault that a person can mend is shown as its message alone. */
export async function runScript(work: () => Promise<void>): Promise<void> {
  try {
    await work();
  } catch (error) {
    if (!(error instanceof Error && isForPerson(error))) throw error;
    process.stderr.write(`vega: ${error.message}\n`);
    process.exitCode = 1;
  }
}

/** Beside our own: arguments that are none, and files that can't be had. */
function isForPerson(error: Error): boolean {
  if (error instanceof OperatorError) return true;
  const { code = "", path } = error as NodeJS.ErrnoException;
  return code.startsWith("ERR_PARSE_ARGS_") || path !== undefined;
}
