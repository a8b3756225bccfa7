export type { AiConfig } from "./config.ts";
export { envToConfig } from "./config.ts";
export { startAi } from "./service.ts";
