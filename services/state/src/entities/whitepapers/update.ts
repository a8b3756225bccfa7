import type { Whitepaper, WhitepaperText } from "@vega/contracts";
import { MAX_WHITEPAPER_VERSIONS, whitepapers } from "@vega/contracts";
import type { Command, Decision } from "../../log/decision.ts";
import { accept, event, refuse } from "../../log/decision.ts";
import { subjectOf } from "../../store/document-ref.ts";
import { noWhitepaper, whitepaperRef } from "./documents.ts";

type Expected = readonly number[] | null;

export interface WhitepaperChange {
  readonly id: string;
  /** Sequences that the editor has seen; null: any. */
  readonly expected: Expected;
  readonly title?: string | undefined;
  readonly language?: string | undefined;
  readonly status?: Whitepaper["status"] | undefined;
  readonly text?: WhitepaperText | undefined;
}

export function decideUpdateWhitepaper(change: WhitepaperChange): Command<Whitepaper> {
  const ref = whitepaperRef(change.id);
  return {
    reads: [ref],
    decide(view, now, sequence) {
      const before = view.get(ref);
      if (!before) return refuse("not_found", noWhitepaper(change.id));
      if (isOutdated(before, change.expected)) return outdated(before, change.expected);
      const { title = before.title, language = before.language, status = before.status } = change;
      const text = change.text?.sha256 === before.current.sha256 ? undefined : change.text;
      const isSame =
        title === before.title && language === before.language && status === before.status;
      if (isSame && !text) return accept([], before);
      const n = before.current.n + 1;
      if (text && n > MAX_WHITEPAPER_VERSIONS) {
        const message = `the whitepaper has ${before.current.n} versions, which is the limit; create a new one`;
        return refuse("limit_exceeded", message);
      }
      const current = text
        ? { ...text, whitepaper_id: before.id, n, sequence, created_at: now }
        : before.current;
      const whitepaper: Whitepaper = {
        ...before,
        title,
        language,
        status,
        current,
        sequence,
        // Newer texts of the platform no longer replace it.
        offer: isSame && !text ? before.offer : null,
        updated_at: now,
      };
      const data = { whitepaper, ...(text && { version: current }) };
      return accept([event(whitepapers.events.changed, subjectOf(ref), data)], whitepaper);
    },
  };
}

/** Removes a whitepaper with all its versions. */
export function decideRemoveWhitepaper(id: string, expected: Expected): Command<null> {
  const ref = whitepaperRef(id);
  return {
    reads: [ref],
    decide(view) {
      const before = view.get(ref);
      if (!before) return refuse("not_found", noWhitepaper(id));
      if (isOutdated(before, expected)) return outdated(before, expected);
      const data = { id, slug: before.slug, versions: before.current.n };
      return accept([event(whitepapers.events.removed, subjectOf(ref), data)], null);
    },
  };
}

const isOutdated = ({ sequence }: Whitepaper, expected: Expected): boolean =>
  expected !== null && !expected.includes(sequence);

const outdated = ({ sequence, current }: Whitepaper, expected: Expected): Decision<never> =>
  refuse(
    "precondition_failed",
    `the whitepaper was changed: its state is "${sequence}" (version ${current.n}), not ${tagsOf(expected)}; ` +
      "read it again and repeat the change on that",
  );

const tagsOf = (expected: Expected): string =>
  expected?.length
    ? expected.map((sequence) => `"${sequence}"`).join(", ")
    : "one that If-Match names";
