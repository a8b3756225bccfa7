import { z } from "zod";
import { ownerKey, ownerSchema } from "../conversations/owner.ts";

/** `private`: the owner. `shared`: clients that are logged in. `public`: everyone who may read the system. */
export const VISIBILITIES = ["private", "shared", "public"] as const;
export const visibilitySchema = z.enum(VISIBILITIES);
export type Visibility = z.infer<typeof visibilitySchema>;

/**
 * Who looks at the library. `account` is the account whose own files are included, null for none. `reads` are the other
 * files, each including those before: none, public ones, shared ones, private ones without an account. The last one also
 * changes files of others that it sees.
 */
export const viewerSchema = z.object({
  account: ownerSchema,
  reads: z.enum(["none", "public", "shared", "ownerless"]),
});
export type Viewer = z.infer<typeof viewerSchema>;

/** What decides about access to an asset. */
interface Guarded {
  readonly created_by: string | null;
  readonly visibility: Visibility;
}

const owns = ({ account }: Viewer, { created_by }: Guarded): boolean =>
  account !== null && account === created_by;

/** Visibilities of other owners' files that a viewer sees. */
export const visibleTo = ({ reads }: Viewer): readonly Visibility[] =>
  reads === "none" ? [] : reads === "public" ? ["public"] : ["public", "shared"];

export function maySee(viewer: Viewer, asset: Guarded): boolean {
  if (owns(viewer, asset) || visibleTo(viewer).includes(asset.visibility)) return true;
  return asset.created_by === null && viewer.reads === "ownerless";
}

/** Never equals a visibility. */
const ownerReader = (owner: string | null): string => `owner ${ownerKey(owner)}`;

/** Keys of the readers of an asset, of which a viewer who sees it has at least one. */
export const readersOf = ({ created_by, visibility }: Guarded): readonly string[] => [
  ownerReader(created_by),
  ...(visibility === "private" ? [] : [visibility]),
];

/** The key of the files that are the viewer's own; operators without an account own those without one. */
export const ownKeys = ({ account, reads }: Viewer): readonly string[] =>
  account === null && reads !== "ownerless" ? [] : [ownerReader(account)];

/** The keys of a viewer, for {@link readersOf}. */
export const readerKeys = (viewer: Viewer): readonly string[] => [
  ...(viewer.account === null ? [] : [ownerReader(viewer.account)]),
  ...visibleTo(viewer),
  ...(viewer.reads === "ownerless" ? [ownerReader(null)] : []),
];

/** Of an asset that the viewer sees. */
export const mayChange = (viewer: Viewer, asset: Guarded): boolean =>
  owns(viewer, asset) || viewer.reads === "ownerless";

/** The wider one: a change to a narrower visibility is news for those who saw the file before. */
export const widest = (one: Visibility, other: Visibility): Visibility =>
  VISIBILITIES.indexOf(one) > VISIBILITIES.indexOf(other) ? one : other;
