import type { Output } from "./output.ts";
import type { Settings } from "./settings.ts";

/** Tells the person who started VEGA what goes on. */
export interface Progress {
  /** A step done, with the seconds since the start. */
  step(text: string): void;
  note(text: string): void;
}

/** @param now milliseconds of a clock that does not go backwards; the start is now. */
export function progressTo(output: Output, now = () => performance.now()): Progress {
  const started = now();
  const note = (text: string) => void output.write(`vega: ${text}\n`);
  return {
    note,
    step: (text) => note(`${text}   ${((now() - started) / 1000).toFixed(1)} s`),
  };
}

/** What one needs to know once VEGA is up. Names where the admin token is, never the token. */
export function banner(http: string, settings: Settings, adminTokenFile: string): string {
  const token = settings.adminToken ? "from VEGA_ADMIN_TOKEN" : `in ${adminTokenFile}`;
  const everywhere = settings.host === "0.0.0.0" || settings.host === "::";
  const reach = everywhere ? "   (and every other address of this machine)" : "";
  return [
    "",
    "  VEGA is up",
    "",
    `  Address      ${http}${reach}`,
    `  API docs     ${http}/docs`,
    `  Data         ${settings.dataDir}`,
    `  Admin token  ${token}`,
    `  Stop         Ctrl-C, or \`kill ${process.pid}\``,
    "",
    "",
  ].join("\n");
}
