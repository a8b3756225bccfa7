export type { StateConfig } from "./config.ts";
export { envToConfig } from "./config.ts";
export { startState } from "./service.ts";
