import { MAX_NAME_LENGTH } from "@vega/contracts";
import type { IncomingHttpHeaders } from "node:http";
import { isIP } from "node:net";

/* What a request counts as, from its headers alone. */

/** Do-Not-Track or Global Privacy Control: https://www.w3.org/TR/gpc/ */
export const isUntracked = (headers: IncomingHttpHeaders): boolean =>
  headers["dnt"] === "1" || headers["sec-gpc"] === "1";

const isPrefetch = (headers: IncomingHttpHeaders): boolean =>
  [headers["sec-purpose"], headers["purpose"]].some((purpose) =>
    String(purpose ?? "").startsWith("prefetch"),
  );

/** Whether a person looks at an HTML page: not a frame, a prefetch or a part of a page. 304: the browser has the page. */
export function isPageView(
  { method, headers }: { readonly method: string; readonly headers: IncomingHttpHeaders },
  status: number,
  contentType: string,
): boolean {
  if (method !== "GET" || isPrefetch(headers)) return false;
  if ((headers["sec-fetch-dest"] ?? "document") !== "document") return false;
  if (status === 304) return (headers.accept ?? "").includes("text/html");
  return status === 200 && contentType.startsWith("text/html");
}

/** Whether a page of this server has sent the request by itself. Only browsers send these headers. */
export const isFromOwnPage = (headers: IncomingHttpHeaders): boolean =>
  headers["sec-fetch-site"] === "same-origin" && headers["sec-fetch-dest"] === "empty";

/** In place of a host that is an IP address. */
const ADDRESS = "(address)";

/** Host of the referring page of another server, without port; undefined for none. @param host of this server */
export function referrerOf({ referer }: IncomingHttpHeaders, host: string): string | undefined {
  const url = referer === undefined ? null : URL.parse(referer);
  if (!url || !/^https?:$/.test(url.protocol) || url.host === host) return undefined;
  const name = url.hostname;
  if (name.startsWith("[") || isIP(name) !== 0) return ADDRESS;
  return name === "" || name.length > MAX_NAME_LENGTH ? undefined : name;
}

/** Whether a response starts the download of a file. Further parts of a file are not another download. */
export function isDownload(
  { method, headers }: { readonly method: string; readonly headers: IncomingHttpHeaders },
  status: number,
  disposition: string,
): boolean {
  if (method !== "GET" || !disposition.startsWith("attachment")) return false;
  if (status === 206) return (headers.range ?? "").startsWith("bytes=0-");
  return status === 200;
}
