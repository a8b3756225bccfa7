export * from "./bus-metrics.ts";
export * from "./env.ts";
export * from "./error-report.ts";
export * from "./health.ts";
export * from "./logger.ts";
export * from "./metrics.ts";
export * from "./run.ts";
export * from "./window.ts";
