import type { HttpApp } from "../dependencies.ts";

/** Paths of the routes that start with a prefix, in the order of registration. */
export const endpointsUnder = (
  { accessTable }: Pick<HttpApp, "accessTable">,
  prefix: string,
): string[] => [
  ...new Set(accessTable.map(({ url }) => url).filter((url) => url.startsWith(prefix))),
];
