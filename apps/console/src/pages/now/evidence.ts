import type { CoreView } from "@vega/contracts/crystal/apply";
import { ago, number } from "../../i18n/format.ts";
import { t } from "./words.ts";

const figure = (value: unknown, digits = 0): string => number(Number(value ?? 0), digits);

/**
 * The figures behind a core's power, in words.
 * @param now milliseconds since the epoch
 */
export function evidenceOf(
  name: string,
  { evidence, missed_iterations }: CoreView,
  now: number,
): string[] {
  if (missed_iterations > 0) return [t.missed(missed_iterations)];
  const e = evidence as Record<string, unknown>;
  if (Object.keys(e).length === 0) return [t.noReport];
  if (name === "alpha") {
    return [
      t.requests(figure(e["requests"]), figure(e["served_well"]), figure(e["latency_goal_ms"])),
      t.clients(figure(e["gateways"]), figure(e["sse_clients"])),
    ];
  }
  if (name === "omega") {
    return [
      t.commits(figure(e["commits"]), figure(e["commits_failed"])),
      t.lag(figure(e["relay_lag_seconds"], 1)),
    ];
  }
  if (name === "vega") {
    const all = Number(e["providers"] ?? 0);
    return [all === 0 ? t.noProvider : t.providers(figure(e["providers_answering"]), figure(all))];
  }
  if (name === "mirror") {
    const verified = e["verified_at"];
    return [
      ...(e["failed"] === true ? [t.backupFailed] : []),
      typeof verified === "string" ? t.backup(ago(verified, now)) : t.noBackup,
    ];
  }
  return Object.entries(e).map(([key, value]) => `${key}: ${String(value)}`);
}
