import { computed, signal } from "@preact/signals";

/** All addresses of the console begin with it; `/`, `/admin` and `/admin-login` lead here. */
const BASE = "/console";

/** Addresses of old links. */
const ALIASES: Readonly<Record<string, string>> = {
  "/": `${BASE}/now`,
  [BASE]: `${BASE}/now`,
  "/admin": `${BASE}/operations`,
  "/admin-login": `${BASE}/sign-in`,
};

export interface Route {
  /** The first segment: the id of the page. */
  readonly page: string;
  /** The segments after it, decoded. */
  readonly rest: readonly string[];
  readonly query: URLSearchParams;
}

export function routeOf({ pathname, search }: Pick<URL, "pathname" | "search">): Route {
  const path = pathname.replace(/\/+$/, "") || "/";
  const full = ALIASES[path] ?? path;
  const [page = "now", ...rest] = full
    .slice(BASE.length + 1)
    .split("/")
    .map(decode);
  return { page, rest, query: new URLSearchParams(search) };
}

function decode(segment: string): string {
  try {
    return decodeURIComponent(segment);
  } catch {
    return segment;
  }
}

/** The address of a page. */
export function hrefOf(
  page: string,
  rest: readonly string[] = [],
  query: Readonly<Record<string, string | number | null | undefined>> = {},
): string {
  const search = new URLSearchParams();
  for (const [name, value] of Object.entries(query)) {
    if (value !== undefined && value !== null && value !== "") search.set(name, String(value));
  }
  const path = [BASE, page, ...rest.map(encodeURIComponent)].join("/");
  return search.size > 0 ? `${path}?${search}` : path;
}

export const route = signal<Route>(routeOf(window.location));

/** One member of the query as a signal. */
export const queryOf = (name: string) => computed(() => route.value.query.get(name));

const read = () => {
  route.value = routeOf(window.location);
};

/** Goes to an address. The moment that is shown stays, unless the address names another one. */
export function navigate(href: string, { replace = false } = {}): void {
  const url = new URL(href, window.location.origin);
  const at = route.peek().query.get("at");
  if (at !== null && !url.searchParams.has("at")) url.searchParams.set("at", at);
  history[replace ? "replaceState" : "pushState"](null, "", url);
  read();
}

/** Changes members of the query; null removes one. */
export function setQuery(
  changes: Readonly<Record<string, string | number | null>>,
  { replace = true } = {},
): void {
  const url = new URL(window.location.href);
  for (const [name, value] of Object.entries(changes)) {
    if (value === null || value === "") url.searchParams.delete(name);
    else url.searchParams.set(name, String(value));
  }
  history[replace ? "replaceState" : "pushState"](null, "", url);
  read();
}

function onClick(event: MouseEvent): void {
  if (event.defaultPrevented || event.button !== 0) return;
  if (event.metaKey || event.ctrlKey || event.shiftKey || event.altKey) return;
  const link = (event.target as Element | null)?.closest("a");
  if (!link || link.target || link.hasAttribute("download")) return;
  const url = new URL(link.href);
  if (url.origin !== window.location.origin) return;
  if (!(url.pathname === BASE || url.pathname.startsWith(`${BASE}/`))) return;
  // A jump within the page.
  if (url.hash !== "" && url.pathname === window.location.pathname) return;
  event.preventDefault();
  navigate(url.href);
}

/** Follows links of the console without a new load of the page, and the browser's history. */
export function startRouter(): void {
  addEventListener("popstate", read);
  document.addEventListener("click", onClick);
}
