import type { Whitepaper, WhitepaperText, WhitepaperVersion } from "@vega/contracts";
import { MAX_WHITEPAPERS, whitepapers } from "@vega/contracts";
import type { Command, Decision, DecisionView, NewEvent } from "../../log/decision.ts";
import { accept, event, refuse } from "../../log/decision.ts";
import type { DocumentRef } from "../../store/document-ref.ts";
import { subjectOf } from "../../store/document-ref.ts";
import { slugRef, whitepaperRef } from "./documents.ts";
import { slugOf } from "./slug.ts";

export interface NewWhitepaper extends Pick<Whitepaper, "title" | "language" | "status"> {
  /** Of a new UUID. */
  readonly id: string;
  /** Undefined: follows from the title. */
  readonly slug?: string | undefined;
  readonly text: WhitepaperText;
  /** Number of whitepapers there are. */
  readonly count: number;
  /** Name of the platform's own text. */
  readonly offer?: string;
}

/** The slugs that a whitepaper may get, the first one that is free. A given slug has no alternative. */
const slugsFor = ({ id, slug, title }: NewWhitepaper): readonly string[] => {
  if (slug !== undefined) return [slug];
  const base = slugOf(title);
  const suffix = id.slice(0, 8);
  return base === undefined ? [`paper-${suffix}`] : [base, `${base}-${suffix}`];
};

/** The documents that the creation of a whitepaper reads. */
export const creationRefs = (created: NewWhitepaper): DocumentRef[] =>
  slugsFor(created).map((slug) => slugRef(slug));

export function decideCreateWhitepaper(created: NewWhitepaper): Command<Whitepaper> {
  return {
    reads: creationRefs(created),
    decide(view, now, sequence) {
      const made = createWhitepaper(view, created, now, sequence);
      return made.ok ? accept(made.events, made.result) : made;
    },
  };
}

/** The event of a new whitepaper. @param sequence of that event */
export function createWhitepaper(
  view: DecisionView,
  created: NewWhitepaper,
  now: string,
  sequence: number,
): Decision<Whitepaper> & { readonly events?: readonly NewEvent[] } {
  const { id, title, language, status, text, count, offer } = created;
  if (count >= MAX_WHITEPAPERS) {
    const message = `there are ${count} whitepapers, the limit is ${MAX_WHITEPAPERS}; remove one`;
    return refuse("limit_exceeded", message);
  }
  const slug = slugsFor(created).find((one) => !view.get(slugRef(one)));
  if (slug === undefined) {
    const message = `another whitepaper has the slug ${JSON.stringify(created.slug)}; choose another`;
    return refuse("conflict", message, [{ path: "/slug", message }]);
  }
  const whitepaper: Whitepaper = {
    id,
    slug,
    title,
    language,
    status,
    current: firstVersion(id, text, now, sequence),
    sequence,
    offer: offer ?? null,
    created_at: now,
    updated_at: now,
  };
  const data = { whitepaper, ...(offer !== undefined && { offer }) };
  const subject = subjectOf(whitepaperRef(id));
  return accept([event(whitepapers.events.created, subject, data)], whitepaper);
}

const firstVersion = (
  whitepaper_id: string,
  text: WhitepaperText,
  created_at: string,
  sequence: number,
): WhitepaperVersion => ({ ...text, whitepaper_id, n: 1, sequence, created_at });
