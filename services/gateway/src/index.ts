export type { GatewayConfig } from "./config.ts";
export { envToConfig } from "./config.ts";
export { startGateway } from "./service.ts";
