import type { Asset, AssetContent, AssetMetadata, Viewer } from "@vega/contracts";
import { assets, MAX_VERSIONS } from "@vega/contracts";
import { describe, expect, test } from "vitest";
import { NOW } from "../../log/decision-testing.ts";
import { accountsInMemory, uuid } from "../users/testing.ts";
import { decideDeleteAsset, decideReplaceAsset, decideUpdateAsset } from "./change.ts";
import { decideCreateAsset, idOfKey } from "./create.ts";
import { assetRef, usageRef, versionRef } from "./documents.ts";
import type { LibraryLimits } from "./quota.ts";

const [ADA, BOB, FILE] = [uuid(1), uuid(2), uuid(100)];
const NO_LIMITS: LibraryLimits = { accountFiles: 0, accountBytes: 0, files: 0 };
const LATER = "2026-01-31T12:01:00.000Z";

const content = (digit: string, bytes = 10): AssetContent => ({
  sha256: digit.repeat(64),
  media_type: "text/plain",
  bytes,
  width: null,
  height: null,
  thumbnails: [],
});
const METADATA: AssetMetadata = {
  name: "ravens.txt",
  title: "Ravens",
  category: "",
  tags: ["raven"],
  alt: "",
  visibility: "private",
};

const ada: Viewer = { account: ADA, reads: "shared" };
const bob: Viewer = { account: BOB, reads: "shared" };
const operator: Viewer = { account: BOB, reads: "ownerless" };

function library(limits = NO_LIMITS) {
  const world = accountsInMemory();
  world.create(ADA, "ada");
  world.create(BOB, "bob");
  const create = (of: Partial<Parameters<typeof decideCreateAsset>[0]> = {}) =>
    world.run(
      decideCreateAsset(
        {
          id: FILE,
          owner: ADA,
          metadata: METADATA,
          content: content("1"),
          fingerprint: null,
          otherFiles: 0,
          ...of,
        },
        limits,
      ),
    );
  const at = (viewer: Viewer, if_revision?: number[]) => ({
    viewer,
    owner: ADA,
    id: FILE,
    if_revision,
  });
  return {
    ...world,
    create,
    update: (metadata: Partial<AssetMetadata>, viewer = ada, if_revision?: number[]) =>
      world.run(decideUpdateAsset(at(viewer, if_revision), metadata), LATER),
    replace: (next: AssetContent, viewer = ada, if_revision?: number[]) =>
      world.run(decideReplaceAsset(at(viewer, if_revision), next, limits), LATER),
    remove: (viewer = ada, if_revision?: number[]) =>
      world.run(decideDeleteAsset(at(viewer, if_revision)), LATER),
    asset: (): Asset => world.stored(assetRef(ADA, FILE)),
    usage: () => world.document(usageRef(ADA)),
  };
}

test("a file has its metadata, its first version, its owner and its share of the quota", () => {
  const { create, asset, stored, document, usage } = library();
  expect(create().result).toEqual({ asset: asset(), replayed: false });
  expect(asset()).toMatchObject({ ...METADATA, version: 1, revision: 1, created_by: ADA });
  expect(stored(versionRef(ADA, FILE, 1))).toMatchObject({ ...content("1"), created_at: NOW });
  expect(document({ collection: "asset_owners", id: FILE })).toEqual({ owner: ADA });
  expect(usage()).toEqual({ owner: ADA, files: 1, bytes: 10 });
});

test("an erased account can't add a file", () => {
  expect(library().create({ owner: uuid(9) }).error).toBe("unauthorized");
});

describe("an idempotency key", () => {
  const fingerprint = "f".repeat(64);

  test("stands for one file of its owner", () => {
    const { create } = library();
    const first = create({ fingerprint });
    expect(create({ fingerprint })).toMatchObject({
      events: [],
      result: { asset: first.result?.asset, replayed: true },
    });
    expect(create({ fingerprint: "e".repeat(64) }).error).toBe("key_reused");
    // A file that was added without a key has no fingerprint to compare with.
    expect(create({ fingerprint: null }).error).toBe("key_reused");
  });

  test("gives ids that differ by owner and key", () => {
    const ids = [idOfKey(ADA, "k"), idOfKey(BOB, "k"), idOfKey(null, "k"), idOfKey(ADA, "l")];
    expect(new Set(ids).size).toBe(4);
    expect(idOfKey(ADA, "k")).toBe(ids[0]);
    for (const id of ids) expect(assets.requests.get.input.shape.id.parse(id)).toBe(id);
  });
});

test("a change of metadata is refused where another one came before, and leaves the rest", () => {
  const { create, update, asset } = library();
  create();
  expect(update({ title: "Two ravens" }, ada, [1]).result).toMatchObject({
    title: "Two ravens",
    tags: ["raven"],
    revision: 2,
    updated_at: LATER,
  });
  expect(update({ title: "Crows" }, ada, [1]).error).toBe("precondition_failed");
  expect(update({ title: "Two ravens" }).events).toEqual([]);
  expect(asset().revision).toBe(2);
});

test("a version is in force at once; the same bytes make none", () => {
  const { create, replace, asset, stored, usage } = library();
  create();
  expect(replace(content("2", 5), ada, [7]).error).toBe("precondition_failed");
  expect(replace(content("2", 5)).result).toMatchObject({ version: 2, revision: 2, bytes: 5 });
  expect(replace(content("2", 5)).events).toEqual([]);
  expect(asset()).toMatchObject({ title: "Ravens", stored_bytes: 15, version: 2 });
  expect(stored(versionRef(ADA, FILE, 1)).sha256).toBe("1".repeat(64));
  expect(usage()).toEqual({ owner: ADA, files: 1, bytes: 15 });
  for (let version = 3; version <= MAX_VERSIONS; version += 1)
    replace(content(`${version % 10}`, version));
  expect(replace(content("a")).error).toBe("limit_exceeded");
});

test("a deleted file leaves nothing", () => {
  const { create, replace, remove, ids, usage } = library();
  create();
  replace(content("2", 5));
  expect(remove(ada, [1]).error).toBe("precondition_failed");
  expect(remove(ada, [2]).error).toBeUndefined();
  for (const collection of ["assets", "asset_versions", "asset_owners"]) {
    expect(ids(collection), collection).toEqual([]);
  }
  expect(usage()).toEqual({ owner: ADA, files: 0, bytes: 0 });
  expect(remove().error).toBe("not_found");
});

test("others find a private file not, may not change a shared one, and operators may", () => {
  const { create, update, replace, remove } = library();
  create();
  for (const viewer of [bob, operator]) {
    expect(update({ title: "x" }, viewer).error).toBe("not_found");
    expect(replace(content("2"), viewer).error).toBe("not_found");
    expect(remove(viewer).error).toBe("not_found");
  }
  expect(update({ visibility: "shared" }).events).toMatchObject([{ data: { was: "private" } }]);
  expect(update({ title: "x" }, bob).error).toBe("forbidden");
  expect(replace(content("2"), bob).error).toBe("forbidden");
  expect(remove(bob).error).toBe("forbidden");
  expect(update({ title: "x" }, operator).error).toBeUndefined();
  expect(remove(operator).error).toBeUndefined();
});

describe("limits", () => {
  const limits = { accountFiles: 2, accountBytes: 25, files: 3 };

  test("of an account count files, and bytes of all versions", () => {
    const { create, replace } = library(limits);
    expect(create({ content: content("1", 26) }).error).toBe("insufficient_storage");
    create();
    expect(replace(content("2", 16)).error).toBe("insufficient_storage");
    expect(replace(content("2", 14)).error).toBeUndefined();
    expect(create({ id: uuid(101), content: content("3", 2) }).error).toBe("insufficient_storage");
    expect(create({ id: uuid(101), content: content("3", 1) }).error).toBeUndefined();
    expect(create({ id: uuid(102), content: content("4", 0) }).error).toBe("insufficient_storage");
  });

  test("of the system count the files of all; the admin token has no other", () => {
    const { create } = library(limits);
    const ownerless = { owner: null, content: content("1", 1_000) };
    expect(create({ ...ownerless, otherFiles: 3 }).error).toBe("insufficient_storage");
    expect(create({ ...ownerless, otherFiles: 2 }).error).toBeUndefined();
  });
});
