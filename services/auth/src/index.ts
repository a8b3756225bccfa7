export type { AuthConfig } from "./config.ts";
export { envToConfig } from "./config.ts";
export { startAuth } from "./service.ts";
