export type { GatewayConfig } from "./config.ts";
export { envToConfig } from "./config.ts";
export type { Gateway } from "./service.ts";
export { createGateway } from "./service.ts";
