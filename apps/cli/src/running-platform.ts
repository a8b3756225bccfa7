import { readFileSync } from "node:fs";
import { join } from "node:path";
import { loadEnvironment } from "@vega/supervisor/environment";
import { OperatorError } from "@vega/supervisor/operator-error";
import { readRunFile } from "@vega/supervisor/run-file";
import { httpAddress, readSettings } from "@vega/supervisor/settings";

/** HTTP client of a running platform. */
export interface RunningPlatform {
  readonly url: string;
  /**
   * @param body JSON, or a form
   * @throws RefusedError for a status other than 2xx, OperatorError where there is no response or it is not JSON
   */
  send(
    method: string,
    path: string,
    body?: string | FormData,
    headers?: Readonly<Record<string, string>>,
  ): Promise<unknown>;
}

/** A response with a status other than 2xx; the message is the detail of its problem document. */
export class RefusedError extends OperatorError {
  readonly status: number;
  constructor(status: number, message: string) {
    super(message);
    this.status = status;
  }
}

/** The platform has not responded, or something else did. */
export class UnreachableError extends OperatorError {}

/** Another address and credential than those of the configured data folder. */
export interface Access {
  readonly url?: string | undefined;
  /** Path of a file with an API key or another bearer token. */
  readonly tokenFile?: string | undefined;
}

/**
 * Finds the running platform by the same environment that it was started with, with its admin token.
 * @throws OperatorError where the credential can't be read
 */
export function findRunning(root: string, access: Access = {}): RunningPlatform {
  const settings = readSettings(loadEnvironment(root), root);
  const run = readRunFile(join(settings.dataDir, "run.json"));
  const url =
    access.url?.replace(/\/+$/, "") ?? run?.http ?? httpAddress(settings.host, settings.port);
  const token =
    access.tokenFile === undefined
      ? (settings.adminToken ?? readAdminToken(settings.dataDir))
      : readToken(access.tokenFile);
  return {
    url,
    async send(method, path, body, headers = {}) {
      const response = await fetch(url + path, {
        method,
        headers: {
          authorization: `Bearer ${token}`,
          ...(typeof body === "string" ? { "content-type": "application/json" } : {}),
          ...headers,
        },
        ...(body === undefined ? {} : { body }),
      }).catch((cause: unknown) => {
        throw new UnreachableError(
          `VEGA is not reachable at ${url}.\n  Start it with \`npm start\` in another terminal, then try again.`,
          { cause },
        );
      });
      const text = await response.text();
      if (!response.ok) throw new RefusedError(response.status, problemText(response.status, text));
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

function readToken(path: string): string {
  try {
    return readFileSync(path, "utf8").trim();
  } catch (cause) {
    throw new OperatorError(`can't read the token in ${path}`, { cause });
  }
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
