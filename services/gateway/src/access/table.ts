import type { Permission, Role } from "@vega/contracts";
import { leastRole, PERMISSIONS, ROLES } from "@vega/contracts";
import type { Access } from "./access.ts";
import { isPublic } from "./access.ts";

export interface AccessRow {
  readonly method: string;
  readonly url: string;
  readonly access: Access;
}

const isPermission = (access: Access): access is Permission =>
  (PERMISSIONS as readonly string[]).includes(access);

/** The lowest role with access; null: no role needed. */
export function roleOf(access: Access): Role | null {
  if (access === "open") return null;
  if (isPermission(access)) return leastRole(access);
  return leastRole("read");
}

/** The column for anonymous callers. */
const anonymousCell = (access: Access): string => {
  if (access === "open") return "yes";
  return isPublic(access) ? "public reads" : "";
};

function cellsOf({ method, url, access }: AccessRow): string[] {
  const least = roleOf(access);
  const from = least === null ? 0 : ROLES.indexOf(least);
  const roles = ROLES.map((_role, index) => (index >= from ? "yes" : ""));
  return [`\`${method} ${url}\``, access, anonymousCell(access)].concat(roles);
}

const byRoute = (a: AccessRow, b: AccessRow): number =>
  `${a.url} ${a.method}` < `${b.url} ${b.method}` ? -1 : 1;

/** The table of docs/reference/http-api.md: one row for each route. */
export function toMarkdown(rows: readonly AccessRow[]): string {
  const head = ["Route", "Access", "Anonymous", ...ROLES];
  return [head, head.map(() => "---"), ...rows.toSorted(byRoute).map(cellsOf)]
    .map((cells) => `| ${cells.join(" | ")} |\n`)
    .join("");
}
