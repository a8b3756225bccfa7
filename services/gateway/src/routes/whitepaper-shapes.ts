import type { Whitepaper, WhitepaperVersion } from "@vega/contracts";
import {
  VegaError,
  whitepaperLanguageSchema,
  whitepaperNoteSchema,
  whitepaperRefSchema,
  whitepaperStatusSchema,
  whitepapers,
  whitepaperTitleSchema,
  whitepaperVersionSchema,
} from "@vega/contracts";
import type { FastifyRequest } from "fastify";
import { z } from "zod";
import { mayUse } from "../access/principal.ts";
import type { Dependencies } from "../dependencies.ts";
import { component } from "../openapi/components.ts";
import { contextOf } from "../plugins/request-context.ts";
import { wholeNumber } from "./parameters.ts";

export const documented = { tags: ["whitepapers"] };

/** @param example the slug of a paper that a fresh system has */
export const whitepaperParamsOf = (example: string) =>
  z.object({ id: whitepaperRefSchema.meta({ example, description: "Id or slug" }) });

export const whitepaperParams = whitepaperParamsOf("architecture");

export const ifMatchHeaders = z.object({
  "if-match": z
    .string()
    .optional()
    .meta({ description: "The ETag that was read; `*` matches any state", example: "*" }),
});

export const versionNumber = (description: string) =>
  wholeNumber(1, 1_000_000).meta({ description, example: 1 });

/** Members of a whitepaper that a request may set. */
export const described = {
  title: whitepaperTitleSchema,
  language: whitepaperLanguageSchema,
  status: whitepaperStatusSchema,
  note: whitepaperNoteSchema,
};

export const versionShape = component(
  "WhitepaperVersion",
  whitepaperVersionSchema.omit({ whitepaper_id: true }),
);

export const whitepaperShape = component(
  "Whitepaper",
  z.object({
    id: z.uuid(),
    slug: z.string(),
    title: z.string(),
    file: z.string().meta({ description: "Path of the newest version as PDF" }),
    language: z.string(),
    status: whitepaperStatusSchema,
    version: z.int().meta({ description: "Number of the newest version" }),
    source: whitepaperVersionSchema.shape.source,
    pages: z.int().nullable(),
    sha256: z.string(),
    machine_written: z.boolean(),
    state: z.int().meta({ description: "Sequence of the last change: the ETag" }),
    created_at: z.iso.datetime(),
    updated_at: z.iso.datetime(),
  }),
);

export function showWhitepaper(whitepaper: Whitepaper): z.output<typeof whitepaperShape> {
  const { id, slug, title, language, status, current, sequence } = whitepaper;
  return {
    id,
    slug,
    title,
    file: `/api/whitepapers/${id}/download`,
    language,
    status,
    version: current.n,
    source: current.source,
    pages: current.pages,
    sha256: current.sha256,
    machine_written: current.written_by !== null,
    state: sequence,
    created_at: whitepaper.created_at,
    updated_at: whitepaper.updated_at,
  };
}

export function showVersion({ whitepaper_id: _whitepaper, ...version }: WhitepaperVersion) {
  return version;
}

/** Operators alone see drafts. */
export const seesDrafts = ({ principal }: Pick<FastifyRequest, "principal">): boolean =>
  mayUse(principal, "operate");

/** A whitepaper that the caller may see, with its versions. Throws VegaError `not_found`. */
export async function readWhitepaper(
  { services }: Pick<Dependencies, "services">,
  request: FastifyRequest,
  ref: string,
) {
  const found = await services.request(whitepapers.requests.get, { ref }, contextOf(request));
  if (found.whitepaper.status === "draft" && !seesDrafts(request)) {
    throw new VegaError("not_found", `there is no whitepaper ${JSON.stringify(ref)}`);
  }
  return found;
}

/** A version by its number; undefined: the newest. Throws VegaError `not_found`. */
export function versionOf(
  versions: readonly WhitepaperVersion[],
  n: number | undefined,
): WhitepaperVersion {
  const found = n === undefined ? versions.at(-1) : versions.find((version) => version.n === n);
  if (found) return found;
  throw new VegaError("not_found", `there is no version ${n}; the newest is ${versions.length}`);
}
