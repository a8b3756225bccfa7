/*
 * Content negotiation of pages and files.
 * Source: RFC 9110, section 12.5.
 */

/** The quality of each item of an Accept or Accept-Encoding header, 0 to 1. */
function qualitiesOf(header: string): Map<string, number> {
  const items = header.split(",").map((item): [string, number] => {
    const [name = "", ...parameters] = item.split(";").map((part) => part.trim().toLowerCase());
    const quality = parameters.find((parameter) => parameter.startsWith("q="))?.slice(2);
    return [name, quality === undefined ? 1 : Number(quality) || 0];
  });
  return new Map(items);
}

/** Whether a client names HTML: browsers do, programs accept anything or JSON. */
export const acceptsHtml = (accept: string | undefined): boolean =>
  (qualitiesOf(accept ?? "").get("text/html") ?? 0) > 0;

/** The first of the encodings that the client accepts. */
export function acceptedEncoding<Encoding extends { readonly name: string }>(
  acceptEncoding: string | undefined,
  encodings: readonly Encoding[],
): Encoding | undefined {
  const qualities = qualitiesOf(acceptEncoding ?? "");
  const rest = qualities.get("*") ?? 0;
  return encodings.find(({ name }) => (qualities.get(name) ?? rest) > 0);
}
