import { z } from "zod";
import { defineRequest } from "../define/request.ts";
import { searchCursorSchema } from "../define/search.ts";
import { sequenced } from "../define/sequenced.ts";
import { digestSchema } from "../blobs/documents.ts";
import { ownerSchema } from "../conversations/owner.ts";
import {
  assetContentSchema,
  assetIdSchema,
  assetMetadataSchema,
  assetSchema,
  assetVersionSchema,
  categorySchema,
  tagSchema,
} from "./documents.ts";
import { MAX_NAME_BYTES } from "./file-name.ts";
import { viewerSchema, visibilitySchema } from "./visibility.ts";

/*
 * Every request names its viewer. An asset that the viewer may not see is `not_found`, like one that does not exist.
 * `forbidden`: the viewer sees it and may not change it.
 */
const viewer = { viewer: viewerSchema };
const address = { ...viewer, id: assetIdSchema };

/** Refused with `precondition_failed` where the asset has another revision. */
const expected = { if_revision: z.array(z.int().min(1)).optional() };

const asset = z.object({ ...sequenced, asset: assetSchema });

/** An asset with the content of one of its versions. */
const assetWithContent = z.object({
  ...sequenced,
  asset: assetSchema,
  content: assetVersionSchema,
});

const key = z.string().regex(/^[0-9a-f]{64}$/);

export const requests = {
  /**
   * Adds a file whose bytes are blobs already. With the digest of an idempotency key the id of the asset follows from
   * owner and key: a repetition replies with the asset, one with another fingerprint is `key_reused`. `unauthorized`:
   * the account is gone.
   */
  create: defineRequest({
    subject: "vega.state.assets.create",
    callers: ["gateway"],
    input: z.object({
      owner: ownerSchema,
      metadata: assetMetadataSchema,
      content: assetContentSchema,
      idempotency: z.object({ key, fingerprint: key }).nullable(),
    }),
    output: z.object({ ...sequenced, asset: assetSchema, replayed: z.boolean() }),
    errors: ["unauthorized", "key_reused", "insufficient_storage"],
  }),

  /** Adds a version, which is in force from then on. `limit_exceeded`: the asset has too many versions. */
  replace: defineRequest({
    subject: "vega.state.assets.replace",
    callers: ["gateway"],
    input: z.object({ ...address, ...expected, content: assetContentSchema }),
    output: asset,
    errors: [
      "not_found",
      "forbidden",
      "precondition_failed",
      "limit_exceeded",
      "insufficient_storage",
    ],
  }),

  /** Bytes that an owner may still store, for an upload that is to be cut early; null: no limit. */
  allow: defineRequest({
    subject: "vega.state.assets.allow",
    callers: ["gateway"],
    input: z.object({ owner: ownerSchema }),
    output: z.object({ ...sequenced, bytes: z.int().min(1).nullable() }),
    errors: ["insufficient_storage"],
  }),

  /** `version`: default the one in force. */
  get: defineRequest({
    subject: "vega.state.assets.get",
    callers: ["gateway", "ai"],
    input: z.object({ ...address, version: z.int().min(1).optional() }),
    output: assetWithContent,
    errors: ["not_found"],
  }),

  /**
   * A page of the assets that the viewer sees, best match first, then newest first. `text`: each of its words begins a
   * word of name, title, category, tags or alt. `type`: a media type, or its first part such as `image`.
   */
  list: defineRequest({
    subject: "vega.state.assets.list",
    callers: ["gateway", "ai"],
    input: z.object({
      ...viewer,
      text: z.string().max(200).optional(),
      tag: tagSchema.optional(),
      category: categorySchema.optional(),
      type: z.string().max(64).optional(),
      /** The whole file name. */
      name: z.string().max(MAX_NAME_BYTES).optional(),
      sha256: digestSchema.optional(),
      /** Only the viewer's own files. */
      own: z.boolean().default(false),
      visibility: visibilitySchema.optional(),
      cursor: searchCursorSchema.nullish(),
      limit: z.int().min(1).max(200).default(50),
    }),
    output: z.object({
      ...sequenced,
      assets: z.array(assetSchema),
      next_cursor: z.string().nullable(),
    }),
    errors: ["invalid"],
    timeoutMs: 15_000,
  }),

  /** The versions of an asset, the newest first. */
  listVersions: defineRequest({
    subject: "vega.state.assets.versions",
    callers: ["gateway"],
    input: z.object(address),
    output: z.object({
      ...sequenced,
      asset: assetSchema,
      versions: z.array(assetVersionSchema),
    }),
    errors: ["not_found"],
  }),

  /** Changes metadata; what is not named stays. */
  update: defineRequest({
    subject: "vega.state.assets.update",
    callers: ["gateway"],
    input: z.object({ ...address, ...expected, metadata: assetMetadataSchema.partial() }),
    output: asset,
    errors: ["not_found", "forbidden", "precondition_failed"],
  }),

  /** Deletes an asset with all its versions. */
  delete: defineRequest({
    subject: "vega.state.assets.delete",
    callers: ["gateway"],
    input: z.object({ ...address, ...expected }),
    output: z.object(sequenced),
    errors: ["not_found", "forbidden", "precondition_failed"],
  }),
};
