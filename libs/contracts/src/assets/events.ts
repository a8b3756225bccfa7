import { z } from "zod";
import { accountOr } from "../define/audience.ts";
import type { DocumentChange } from "../define/document.ts";
import { defineEvent } from "../define/event.ts";
import { ownerKey } from "../conversations/owner.ts";
import type { Asset, AssetUsage, AssetVersion } from "./documents.ts";
import {
  assetDocumentId,
  assetSchema,
  assetUsageSchema,
  assetVersionId,
  assetVersionSchema,
} from "./documents.ts";
import type { Visibility } from "./visibility.ts";
import { visibilitySchema, widest } from "./visibility.ts";

const putAsset = (asset: Asset): DocumentChange => ({
  collection: "assets",
  id: assetDocumentId(asset),
  body: asset,
});

const putVersion = (version: AssetVersion): DocumentChange => ({
  collection: "asset_versions",
  id: assetVersionId(version.owner, version.asset_id, version.version),
  body: version,
});

const putUsage = (usage: AssetUsage): DocumentChange => ({
  collection: "asset_usage",
  id: ownerKey(usage.owner),
  body: usage,
});

interface Seen {
  readonly created_by: string | null;
  readonly visibility: Visibility;
}

/** A private asset is its owner's; one without an account is nobody's. The others are for readers. */
const byVisibility = <Data>(seen: (data: Data) => Seen) =>
  accountOr<Data>(
    (data) => (seen(data).visibility === "private" ? seen(data).created_by : null),
    (data) => OTHERWISE[seen(data).visibility],
  );

const OTHERWISE = { private: "none", shared: "accounts", public: "everyone" } as const;

/** One's own files need `library`, the others `read`. */
const requires = { account: "library", everyone: "read" } as const;

/** No name: the route shows the asset to those who may see it. */
const assetChanged =
  (change: string) =>
  ({ asset: { id, version } }: { asset: Pick<Asset, "id" | "version"> }) => ({
    id,
    change,
    version,
  });

export const events = {
  created: defineEvent({
    summary: "A file was added to the library",
    data: z.object({ asset: assetSchema, version: assetVersionSchema, usage: assetUsageSchema }),
    changes: ({ asset, version, usage }) => [
      putAsset(asset),
      { collection: "asset_owners", id: asset.id, body: { owner: asset.created_by } },
      putVersion(version),
      putUsage(usage),
    ],
    audience: byVisibility(({ asset }: { asset: Seen }) => asset),
    requires,
    sse: { type: "asset_changed", data: assetChanged("created") },
    describe: ({ asset: { name, bytes } }) => `added the file ${name} (${bytes} bytes)`,
  }),

  /** `was`: the visibility before. */
  changed: defineEvent({
    summary: "The metadata of a file were changed",
    data: z.object({ asset: assetSchema, was: visibilitySchema }),
    changes: ({ asset }) => [putAsset(asset)],
    audience: byVisibility(({ asset, was }: { asset: Seen; was: Visibility }) => ({
      created_by: asset.created_by,
      visibility: widest(asset.visibility, was),
    })),
    requires,
    sse: { type: "asset_changed", data: assetChanged("changed") },
    describe: ({ asset: { name } }) => `changed the metadata of the file ${name}`,
  }),

  replaced: defineEvent({
    summary: "A file got a new version",
    data: z.object({ asset: assetSchema, version: assetVersionSchema, usage: assetUsageSchema }),
    changes: ({ asset, version, usage }) => [putAsset(asset), putVersion(version), putUsage(usage)],
    audience: byVisibility(({ asset }: { asset: Seen }) => asset),
    requires,
    sse: { type: "asset_changed", data: assetChanged("replaced") },
    describe: ({ asset: { name, version } }) => `added version ${version} of the file ${name}`,
  }),

  deleted: defineEvent({
    summary: "A file was deleted with all its versions",
    data: z.object({
      asset: assetSchema.pick({
        id: true,
        created_by: true,
        visibility: true,
        name: true,
        version: true,
      }),
      usage: assetUsageSchema,
    }),
    changes: ({ asset, usage }) => [
      { collection: "assets", id: assetDocumentId(asset), body: null },
      { collection: "asset_owners", id: asset.id, body: null },
      ...Array.from({ length: asset.version }, (_, index) => ({
        collection: "asset_versions",
        id: assetVersionId(asset.created_by, asset.id, index + 1),
        body: null,
      })),
      putUsage(usage),
    ],
    audience: byVisibility(({ asset }: { asset: Seen }) => asset),
    requires,
    sse: { type: "asset_changed", data: assetChanged("deleted") },
    describe: ({ asset: { name } }) => `deleted the file ${name}`,
  }),
};
