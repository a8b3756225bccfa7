export type { LoopConfig } from "./config.ts";
export { envToConfig } from "./config.ts";
export { startLoop } from "./service.ts";
