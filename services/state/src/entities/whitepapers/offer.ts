import type { Whitepaper, WhitepaperText } from "@vega/contracts";
import { MAX_WHITEPAPER_VERSIONS, whitepapers } from "@vega/contracts";
import type { Command } from "../../log/decision.ts";
import { accept, event } from "../../log/decision.ts";
import { subjectOf } from "../../store/document-ref.ts";
import { createWhitepaper, creationRefs } from "./create.ts";
import { offerRef, whitepaperRef } from "./documents.ts";

export interface Offer {
  readonly name: string;
  readonly slug: string;
  readonly title: string;
  readonly language: string;
  readonly text: WhitepaperText;
  /** Of a new UUID, for the first offer of this name. */
  readonly id: string;
  /** Number of whitepapers there are. */
  readonly count: number;
  /** The whitepaper of an earlier offer of this name. */
  readonly known: string | undefined;
}

/**
 * Offers a text of the platform. The document of an offer stays when its whitepaper is removed, so each name is offered
 * once; a newer text is a new version where nobody has edited the whitepaper.
 */
export function decideOffer(offer: Offer): Command<{ changed: boolean }> {
  const { name, title, language, text, known } = offer;
  const ref = offerRef(name);
  // Where somebody has taken the slug, the whitepaper gets one that follows from its title.
  const created = { ...offer, status: "published" as const, offer: name };
  const renamed = { ...created, slug: undefined };
  return {
    reads: [
      ref,
      ...(known === undefined ? [] : [whitepaperRef(known)]),
      ...creationRefs(created),
      ...creationRefs(renamed),
    ],
    decide(view, now, sequence) {
      const last = view.get(ref);
      if (!last) {
        const made = createWhitepaper(view, created, now, sequence);
        const either =
          !made.ok && made.error.code === "conflict"
            ? createWhitepaper(view, renamed, now, sequence)
            : made;
        return either.ok ? accept(either.events, { changed: true }) : either;
      }
      const before = last.whitepaper_id === known ? view.get(whitepaperRef(known)) : undefined;
      const isKept = before?.offer === name && before.current.n < MAX_WHITEPAPER_VERSIONS;
      if (!isKept || last.sha256 === text.sha256) return accept([], { changed: false });
      const current = {
        ...text,
        whitepaper_id: before.id,
        n: before.current.n + 1,
        sequence,
        created_at: now,
      };
      const whitepaper: Whitepaper = {
        ...before,
        title,
        language,
        current,
        sequence,
        updated_at: now,
      };
      const data = { whitepaper, version: current, offer: name };
      const subject = subjectOf(whitepaperRef(before.id));
      return accept([event(whitepapers.events.changed, subject, data)], { changed: true });
    },
  };
}
