/**
 * A Content-Disposition with a file name: in ASCII for old clients, and as it is (RFC 6266, RFC 8187).
 * @param type `inline`: shown in place; `attachment`: downloaded
 */
export function contentDisposition(type: "inline" | "attachment", name: string): string {
  const ascii = name.replaceAll(/[^\x20-\x7e]|["\\%]/g, "_");
  const encoded = encodeURIComponent(name).replaceAll(
    /['()*]/g,
    (one) => `%${one.charCodeAt(0).toString(16).toUpperCase()}`,
  );
  return ascii === name
    ? `${type}; filename="${name}"`
    : `${type}; filename="${ascii}"; filename*=UTF-8''${encoded}`;
}
