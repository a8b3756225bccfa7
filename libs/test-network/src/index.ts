export * from "./api.ts";
export * from "./log.ts";
export * from "./nats-server.ts";
export * from "./network.ts";
export * from "./platform.ts";
export * from "./sse.ts";
export * from "./until.ts";
