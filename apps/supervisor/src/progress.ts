import { existsSync } from "node:fs";
import type { DataFolder } from "./data-folder.ts";
import type { Output } from "./output.ts";
import type { Settings } from "./settings.ts";

/** Progress lines for the operator who started VEGA. */
export interface Progress {
  /** A completed step, with the seconds since the start. */
  step(text: string): void;
  note(text: string): void;
}

/** @param now a monotonic clock, ms; the start is the time of this call */
export function createProgress(output: Output, now = () => performance.now()): Progress {
  const started = now();
  const note = (text: string) => void output.write(`vega: ${text}\n`);
  return {
    note,
    step: (text) => note(`${text}   ${((now() - started) / 1000).toFixed(1)} s`),
  };
}

/** Address, login and stop command. Names the places of secrets, never their values. */
export function banner(
  http: string,
  settings: Settings,
  files: Pick<DataFolder, "adminTokenFile" | "adminPasswordFile">,
): string {
  const token = settings.adminToken ? "from VEGA_ADMIN_TOKEN" : `in ${files.adminTokenFile}`;
  const isPublic = settings.host === "0.0.0.0" || settings.host === "::";
  const reach = isPublic ? "   (and every other address of this machine)" : "";
  return [
    "",
    "  VEGA is up",
    "",
    `  Address      ${http}${reach}`,
    `  API docs     ${http}/docs`,
    `  Data         ${settings.dataDir}`,
    `  Admin token  ${token}`,
    `  Log in       as ${settings.adminUsername}; ${passwordSource(settings, files.adminPasswordFile)}`,
    `  Stop         Ctrl-C, or \`kill ${process.pid}\``,
    "",
    "",
  ].join("\n");
}

/** Place of the first administrator's password. The file exists until the operator deletes it. */
function passwordSource(settings: Settings, file: string): string {
  if (existsSync(file)) return `password in ${file}`;
  if (settings.hasAdminPassword) return "the password set by VEGA_ADMIN_PASSWORD";
  const reset = `npm run reset-password -- ${settings.adminUsername}`;
  return `the password was changed or its file deleted; to set a new one: ${reset}`;
}
