import { assets } from "@vega/contracts";
import type { Endpoint } from "@vega/messaging";
import { endpoint } from "@vega/messaging";
import { randomUUID } from "node:crypto";
import type { StateContext } from "../../state-context.ts";
import { decideDeleteAsset, decideReplaceAsset, decideUpdateAsset } from "./change.ts";
import { decideCreateAsset, idOfKey } from "./create.ts";
import { usageRef } from "./documents.ts";
import { bytesLeft, fullAccount } from "./quota.ts";
import { filesOfOthers, listAssets, ownerOf, readAsset, readVersion, versionsOf } from "./read.ts";

export function assetEndpoints({ store, writer, libraryLimits: limits }: StateContext): Endpoint[] {
  const { requests } = assets;
  return [
    endpoint(requests.create, async (input, { context, deadline }) => {
      const { owner, metadata, content, idempotency } = input;
      const command = decideCreateAsset(
        {
          id: idempotency ? idOfKey(owner, idempotency.key) : randomUUID(),
          owner,
          metadata,
          content,
          fingerprint: idempotency?.fingerprint ?? null,
          otherFiles: limits.files === 0 ? 0 : await filesOfOthers(store, owner),
        },
        limits,
      );
      const { result, sequence } = await writer.submit(command, context, deadline);
      return { sequence, ...result };
    }),
    endpoint(requests.replace, async ({ content, ...changed }, { context, deadline }) => {
      const owner = await ownerOf(store, changed.id);
      const command = decideReplaceAsset({ ...changed, owner }, content, limits);
      const { result, sequence } = await writer.submit(command, context, deadline);
      return { sequence, asset: result };
    }),
    endpoint(requests.allow, async ({ owner }) => {
      const { sequence } = writer.head();
      const usage = await store.get("asset_usage", usageRef(owner).id);
      const bytes = bytesLeft(usage ?? { owner, files: 0, bytes: 0 }, limits);
      if (bytes === 0) throw fullAccount(limits);
      return { sequence, bytes };
    }),
    endpoint(requests.get, async ({ viewer, id, version }) => {
      const { sequence } = writer.head();
      const asset = await readAsset(store, viewer, id);
      return { sequence, asset, content: await readVersion(store, asset, version) };
    }),
    endpoint(requests.list, async (input) => {
      const { sequence } = writer.head();
      return { sequence, ...(await listAssets(store, input)) };
    }),
    endpoint(requests.listVersions, async ({ viewer, id }) => {
      const { sequence } = writer.head();
      const asset = await readAsset(store, viewer, id);
      return { sequence, asset, versions: await versionsOf(store, asset) };
    }),
    endpoint(requests.update, async ({ metadata, ...changed }, { context, deadline }) => {
      const owner = await ownerOf(store, changed.id);
      const command = decideUpdateAsset({ ...changed, owner }, metadata);
      const { result, sequence } = await writer.submit(command, context, deadline);
      return { sequence, asset: result };
    }),
    endpoint(requests.delete, async (changed, { context, deadline }) => {
      const owner = await ownerOf(store, changed.id);
      const command = decideDeleteAsset({ ...changed, owner });
      const { sequence } = await writer.submit(command, context, deadline);
      return { sequence };
    }),
  ];
}
