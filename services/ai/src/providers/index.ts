/* What the doctor needs to check the file of providers and their keys. */
export { DEFAULT_FILE, openConfigFile } from "./config-file.ts";
export { whatIsMissing } from "./create.ts";
