import type { Asset, RequestContext, RequestOutput, Viewer } from "@vega/contracts";
import { assets, isRasterImage, VegaError } from "@vega/contracts";
import { z } from "zod";
import type { Dependencies, Routes } from "../dependencies.ts";
import { contentOf, sendBlob } from "../library/send-content.ts";
import { contextOf } from "../plugins/request-context.ts";
import { setSequenceHeader } from "../plugins/sequence.ts";
import { problemResponse } from "./schemas.ts";

/* The routes of the predecessor about pictures: the public images of the library by their file names. */

const PAGE = 200;
/** Images that the list has at most; the predecessor had 37. */
const MAX_LISTED = 1_000;

const EVERYONE: Viewer = { account: null, reads: "public" };
const PUBLIC_IMAGES = {
  viewer: EVERYONE,
  visibility: "public",
  type: "image",
  limit: PAGE,
} as const;

/** Characters that end or change a path are encoded; others, such as æ, stay as the predecessor wrote them. */
const pathOf = ({ name }: Asset): string =>
  `/assets/dalle/${name.replaceAll(/[%#?"<>\s]/g, encodeURIComponent)}`;

/** Public images, the newest first; of each name the newest one. */
async function publicImages(services: Dependencies["services"], context: RequestContext) {
  const byName = new Map<string, Asset>();
  let cursor: string | null = null;
  for (;;) {
    const page: RequestOutput<typeof assets.requests.list> = await services.request(
      assets.requests.list,
      { ...PUBLIC_IMAGES, cursor },
      context,
    );
    for (const asset of page.assets) {
      if (isRasterImage(asset.media_type) && !byName.has(asset.name)) byName.set(asset.name, asset);
    }
    cursor = page.next_cursor;
    if (cursor === null || byName.size >= MAX_LISTED) {
      return { sequence: page.sequence, images: [...byName.values()].slice(0, MAX_LISTED) };
    }
  }
}

export const legacyAssetRoutes: Routes = async (app, { services, blobs }) => {
  app.get(
    "/api/assets",
    {
      config: { access: "public" },
      schema: {
        operationId: "listAssets",
        summary: "List the public images as the predecessor did",
        description:
          "`dalle_generated` has every public image of the library, `curated` those with a title and a category.",
        tags: ["library"],
        response: {
          200: z.object({
            dalle_generated: z.array(z.string()),
            curated: z.array(
              z.object({ path: z.string(), title: z.string(), category: z.string() }),
            ),
          }),
          ...problemResponse,
        },
      },
    },
    async (request, reply) => {
      const { sequence, images } = await publicImages(services, contextOf(request));
      setSequenceHeader(reply, sequence);
      return {
        dalle_generated: images.map(pathOf),
        curated: images
          .filter(({ title, category }) => title !== "" && category !== "")
          .map((asset) => ({ path: pathOf(asset), title: asset.title, category: asset.category })),
      };
    },
  );

  app.get(
    "/assets/dalle/:file",
    {
      config: { access: "public", kind: "transfer" },
      schema: {
        operationId: "getAsset",
        summary: "Get a public image by its file name",
        tags: ["library"],
        params: z.object({ file: z.string().meta({ example: "none.png" }) }),
        response: {
          200: {
            description: "The bytes",
            content: { "application/octet-stream": { schema: z.string() } },
          },
          ...problemResponse,
        },
      },
    },
    async (request, reply) => {
      const name = request.params.file.normalize("NFC");
      const context = contextOf(request);
      const input = { ...PUBLIC_IMAGES, name };
      const { assets: found } = await services.request(assets.requests.list, input, context);
      const image = found.find(({ media_type }) => isRasterImage(media_type));
      if (!image) throw new VegaError("not_found", "there is no public image with this file name");
      const { asset, content } = await services.request(
        assets.requests.get,
        { viewer: EVERYONE, id: image.id },
        context,
      );
      const sent = contentOf(asset, content, { asDownload: false, isFixed: false });
      return sendBlob(request, reply, blobs, sent) as never;
    },
  );
};
