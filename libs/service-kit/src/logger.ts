import { pino } from "pino";
import type { Logger } from "pino";

export type { Logger } from "pino";

/** A logger of JSON lines on stdout: `time` ISO 8601, `level` a word, `service`. Secrets are left out. */
export function createLogger(service: string, level: string): Logger {
  return pino({
    level,
    base: { service },
    timestamp: () => `,"time":"${new Date().toISOString()}"`,
    formatters: { level: (label) => ({ level: label }) },
    redact: {
      paths: ["authorization", "*.authorization", "token", "*.token", "password", "*.password"],
    },
  });
}
