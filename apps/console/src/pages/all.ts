import type { Page } from "./define.ts";
import { GROUPS } from "./define.ts";
import * as exported from "./index.ts";

/** Every page, in the order of the navigation. */
export const pages: readonly Page[] = Object.values(exported).toSorted(
  (a, b) => GROUPS.indexOf(a.group) - GROUPS.indexOf(b.group) || a.order - b.order,
);
