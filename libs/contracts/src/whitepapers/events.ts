import { z } from "zod";
import { everyone } from "../define/audience.ts";
import { defineEvent } from "../define/event.ts";
import type { Whitepaper, WhitepaperVersion } from "./documents.ts";
import {
  whitepaperIdSchema,
  whitepaperSchema,
  whitepaperSlugSchema,
  whitepaperVersionId,
  whitepaperVersionSchema,
} from "./documents.ts";

const putWhitepaper = (whitepaper: Whitepaper) =>
  ({ collection: "whitepapers", id: whitepaper.id, body: whitepaper }) as const;

const putVersion = (version: WhitepaperVersion) =>
  ({
    collection: "whitepaper_versions",
    id: whitepaperVersionId(version.whitepaper_id, version.n),
    body: version,
  }) as const;

/** Drafts have no title on the stream. */
const shown = ({ id, slug, title, language, status, current, sequence }: Whitepaper) => ({
  id,
  status,
  version: current.n,
  state: sequence,
  ...(status === "published" && { slug, title, language }),
});

const named = ({ status, title, id }: Whitepaper): string =>
  status === "published" ? `the whitepaper “${title}”` : `the draft ${id}`;

export const events = {
  created: defineEvent({
    summary: "A whitepaper was created, with its first version",
    data: z.object({
      whitepaper: whitepaperSchema,
      /** Name of the platform's own text; absent: a request created it. */
      offer: z.string().optional(),
    }),
    changes: ({ whitepaper, offer }) => [
      putWhitepaper(whitepaper),
      putVersion(whitepaper.current),
      {
        collection: "whitepaper_slugs",
        id: whitepaper.slug,
        body: { whitepaper_id: whitepaper.id },
      },
      ...offerChange(whitepaper, offer),
    ],
    audience: everyone,
    requires: "read",
    sse: {
      type: "whitepaper_changed",
      data: ({ whitepaper }) => ({ whitepaper: shown(whitepaper), change: "created" }),
    },
    describe: ({ whitepaper }) => `${named(whitepaper)} was created`,
  }),

  changed: defineEvent({
    summary: "A whitepaper was changed; a new text is a new version",
    data: z.object({
      whitepaper: whitepaperSchema,
      /** Absent: the text is unchanged. */
      version: whitepaperVersionSchema.optional(),
      offer: z.string().optional(),
    }),
    changes: ({ whitepaper, version, offer }) => [
      putWhitepaper(whitepaper),
      ...(version ? [putVersion(version)] : []),
      ...offerChange(whitepaper, offer),
    ],
    audience: everyone,
    requires: "read",
    sse: {
      type: "whitepaper_changed",
      data: ({ whitepaper }) => ({ whitepaper: shown(whitepaper), change: "changed" }),
    },
    describe: ({ whitepaper, version }) =>
      `${named(whitepaper)} was changed${version ? `: version ${version.n}` : ""}`,
  }),

  removed: defineEvent({
    summary: "A whitepaper and its versions were removed",
    data: z.object({
      id: whitepaperIdSchema,
      slug: whitepaperSlugSchema,
      versions: z.int().min(1),
    }),
    changes: ({ id, slug, versions }) => [
      { collection: "whitepapers", id, body: null },
      { collection: "whitepaper_slugs", id: slug, body: null },
      ...Array.from({ length: versions }, (_, index) => ({
        collection: "whitepaper_versions" as const,
        id: whitepaperVersionId(id, index + 1),
        body: null,
      })),
    ],
    audience: everyone,
    requires: "read",
    sse: {
      type: "whitepaper_changed",
      data: ({ id }) => ({ whitepaper: { id }, change: "removed" }),
    },
    describe: ({ id, versions }) => `the whitepaper ${id} was removed, with ${versions} versions`,
  }),
};

function offerChange({ id, current }: Whitepaper, offer: string | undefined) {
  if (offer === undefined) return [];
  const body = { whitepaper_id: id, sha256: current.sha256 };
  return [{ collection: "whitepaper_offers", id: offer, body } as const];
}
