/** Links node_modules/.bin/node to the Node of a package, where npm did not. */
export function linkBundledNode(root: string, name: string): void;
