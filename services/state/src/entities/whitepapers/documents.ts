import { documentRef } from "../../store/document-ref.ts";

/* References to the documents of whitepapers. */

export const whitepaperRef = (id: string) => documentRef("whitepapers", id);
export const slugRef = (slug: string) => documentRef("whitepaper_slugs", slug);
export const offerRef = (name: string) => documentRef("whitepaper_offers", name);

export const noWhitepaper = (ref: string): string =>
  `there is no whitepaper ${JSON.stringify(ref)}; GET /api/whitepapers lists them`;
