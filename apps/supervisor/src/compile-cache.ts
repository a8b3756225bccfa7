import { join } from "node:path";

/**
 * The folder where Node keeps what it made of the sources, for the next start: a third of the processor time that a
 * start takes goes into that. An entry counts only for the very text it was made of.
 * @param root the project's folder
 */
export const compileCache = (root: string): string => join(root, ".cache", "compile");
