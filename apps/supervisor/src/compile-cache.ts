import { join } from "node:path";

/**
 * Folder of Node's compile cache. Compiling takes a third of the processor time of a start; an entry is valid only for
 * the text it was compiled from.
 * @param root the folder of the checkout
 */
export const compileCache = (root: string): string => join(root, ".cache", "compile");
