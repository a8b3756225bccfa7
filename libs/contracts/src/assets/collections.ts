import { z } from "zod";
import {
  defineCollection,
  ownedByPrefix,
  ownedById,
  ownedThrough,
  showWithout,
} from "../define/collection.ts";
import { ownerSchema } from "../conversations/owner.ts";
import { ownedId } from "../users/user-id.ts";
import { assetSchema, assetUsageSchema, assetVersionSchema } from "./documents.ts";
import { readersOf } from "./visibility.ts";

const ofAccount = (userId: string) => ownedId(userId, "");

export const collections = {
  /** `<owner>/<id>` */
  assets: defineCollection({
    schema: assetSchema,
    indexes: [],
    owner: ownedByPrefix(ofAccount, {
      name: "assets",
      limit: 10_000,
      order: "first",
      beyond: "cut",
      show: showWithout("created_by", "revision"),
    }),
    search: (asset) => ({
      newest: asset.created_at,
      values: {
        reader: readersOf(asset),
        name: asset.name,
        sha256: asset.sha256,
        tag: asset.tags,
        category: asset.category,
        type: [asset.media_type, asset.media_type.split("/", 1).join("")],
        visibility: asset.visibility,
      },
      fields: [
        { text: `${asset.title} ${asset.name}`, weight: 3 },
        { text: `${asset.tags.join(" ")} ${asset.category}`, weight: 2 },
        { text: asset.alt, weight: 1 },
      ],
    }),
  }),
  /** `<owner>/<id>/<version>` */
  asset_versions: defineCollection({
    schema: assetVersionSchema,
    indexes: [],
    owner: ownedByPrefix(ofAccount, null),
    blobs: ({ sha256, thumbnails }) => [sha256, ...thumbnails.map((one) => one.sha256)],
  }),
  /** The owner of an asset by the asset's id, since an address names the id only. */
  asset_owners: defineCollection({
    schema: z.object({ owner: ownerSchema }),
    indexes: [],
    owner: ownedThrough("assets", ({ body }) => [assetSchema.parse(body).id]),
  }),
  /** By owner; `shared`: of the administrator's token. */
  asset_usage: defineCollection({
    schema: assetUsageSchema,
    indexes: [],
    owner: ownedById((userId) => userId, null),
  }),
};
