export type { StateConfig } from "./config.ts";
export { envToConfig } from "./config.ts";
export { startState } from "./service.ts";
export type { Anchor, Verification } from "./verify.ts";
export { CannotVerify, replayDatabase, verifyDatabase } from "./verify.ts";
