/** Links node_modules/.bin/node to the Node that a package brings, where npm did not. */
export function linkBundledNode(root: string, name: string): void;
