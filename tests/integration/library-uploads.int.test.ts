import type { Api, ApiResponse } from "@vega/test-support";
import { until } from "@vega/test-support";
import { readdir } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { Library } from "./library-files.ts";
import { ADMIN, at, bytesOf, makePhoto, NOBODY, startLibrary } from "./library-files.ts";
import type { Person } from "./people.ts";
import { bearer, newPerson, PASSWORD } from "./people.ts";

/* Uploads to the library: repeated, refused, within limits. */

const FILE_BYTES = 300_000;
const ACCOUNT_BYTES = 400_000;

let library: Library;
let api: Api;
let upload: Library["upload"];
let fetchFile: Library["fetchFile"];
let ada: Person;
let bob: Person;
let photo: Buffer;

beforeAll(async () => {
  library = await startLibrary({
    VEGA_LIBRARY_FILE_BYTES: String(FILE_BYTES),
    VEGA_LIBRARY_ACCOUNT_BYTES: String(ACCOUNT_BYTES),
    VEGA_LIBRARY_ACCOUNT_FILES: "5",
  });
  ({ api, upload, fetchFile } = library);
  [ada, bob, photo] = [await newPerson(api), await newPerson(api), await makePhoto()];
});
afterAll(() => library?.network.close());

const blobs = (...path: string[]) => join(library.network.folder, "blobs", ...path);

test("an upload with an Idempotency-Key makes one file, also where two come at once", async () => {
  const headers = { ...bearer(ada.access), "idempotency-key": "a key" };
  const both = await Promise.all([
    upload("once", { title: "a" }, headers),
    upload("once", { title: "a" }, headers),
  ]);
  expect(both.map(({ status }) => status)).toEqual([201, 201]);
  expect(both[0]?.body).toEqual(both[1]?.body);
  const replayed = both.filter((one) => one.headers.get("idempotent-replayed") === "true");
  expect(replayed).toHaveLength(1);
  expect((await upload("twice", { title: "a" }, headers)).body.code).toBe("key_reused");
  expect((await upload("once", { title: "b" }, headers)).body.code).toBe("key_reused");
  // Another account's key is another one.
  const bobs = await upload("once", { title: "b" }, { ...headers, ...bearer(bob.access) });
  expect([bobs.status, bobs.body.created_by]).toEqual([201, bob.id]);
  await api.send("DELETE", at(both[0]?.body.id), undefined, bearer(ada.access));
  await api.send("DELETE", at(bobs.body.id), undefined, bearer(bob.access));
});

describe("an upload is refused by name, and leaves no file:", () => {
  const unfinished = async () => (await readdir(blobs("uploads")).catch(() => [])).length;

  test.each<[string, () => Promise<ApiResponse>, number, string]>([
    ["no bytes", () => upload(""), 400, "the file is empty"],
    [
      "another kind",
      () => upload("text", {}, ADMIN, { type: "image/png", name: "a.png" }),
      415,
      "declared type is image/png",
    ],
    [
      "a path as name",
      () => upload("x", {}, ADMIN, { name: "../../etc/passwd" }),
      400,
      "contains a path",
    ],
    ["a reordered name", () => upload("x", {}, ADMIN, { name: "a\u202egnp.exe" }), 400, "U+202E"],
    [
      "a name of 10 kB",
      () => upload("x", {}, ADMIN, { name: "x".repeat(10_000) }),
      400,
      "at most 255",
    ],
    ["too many bytes", () => upload("x".repeat(FILE_BYTES + 1)), 413, "VEGA_LIBRARY_FILE_BYTES"],
    [
      "far too many bytes",
      () => upload("x".repeat(FILE_BYTES + 2_000_000)),
      413,
      "VEGA_LIBRARY_FILE_BYTES",
    ],
    ["an unknown field", () => upload("x", { titel: "x" }), 400, "known fields"],
    ["another part", () => upload("x", {}, ADMIN, { part: "data" }), 400, "its name must be file"],
    [
      "a broken picture",
      () => upload(photo.subarray(0, 400), {}, ADMIN, { type: "image/jpeg" }),
      400,
      "image refused",
    ],
    ["no credential", () => upload("x", {}, NOBODY), 401, "authentication required"],
    [
      "a version of nothing",
      () =>
        upload("x", {}, ADMIN, { path: at("6b1f6f0a-3c1e-4a5e-9d53-2f4a1f0f9a11", "/versions") }),
      404,
      "no such file",
    ],
  ])("%s", async (_name, send, status, reason) => {
    const { body } = await send();
    expect([body.status, body.detail]).toEqual([status, expect.stringContaining(reason)]);
    await until("no unfinished upload is left", async () => (await unfinished()) === 0);
  });

  test("a body that is no form", async () => {
    const refused = async (body: string, type: string) => {
      const headers = { ...ADMIN, ...(type && { "content-type": type }) };
      return (await api.raw("/api/library/files", { method: "POST", headers, body })).body;
    };
    expect(await refused("{}", "application/json")).toMatchObject({
      status: 415,
      detail: expect.stringContaining("multipart/form-data"),
    });
    expect(await refused("x", "multipart/form-data")).toMatchObject({
      status: 400,
      detail: expect.stringContaining("malformed"),
    });
    expect(await refused("--a\r\nnonsense", "multipart/form-data; boundary=a")).toMatchObject({
      status: 400,
      detail: expect.stringContaining("malformed"),
    });
    expect(await refused("--a--\r\n", "multipart/form-data; boundary=a")).toMatchObject({
      status: 400,
    });
  });

  test("nothing of these was stored", async () => {
    expect((await api.get("/api/library/files", ADMIN)).body.files).toEqual([]);
  });
});

test("metadata of the original are removed on request", async () => {
  const strip = { strip_metadata: "true" };
  const made = await upload(photo, strip, ADMIN, { name: "a.jpg", type: "image/jpeg" });
  const stored = await bytesOf(await fetchFile(at(made.body.id, "/content")));
  expect([stored.includes("Ada was here"), photo.includes("Ada was here")]).toEqual([false, true]);
  expect([made.body.width, made.body.height]).toEqual([480, 640]);
  expect((await upload("text", strip)).body.detail).toContain("not possible for text/plain");
  await api.send("DELETE", at(made.body.id));
});

test("HTML, SVG and PDF are downloads whatever they contain", async () => {
  for (const [name, content, type] of [
    ["a.html", "<script>alert(1)</script>", "text/html; charset=utf-8"],
    ["a.svg", '<svg xmlns="http://www.w3.org/2000/svg"/>', "image/svg+xml; charset=utf-8"],
    ["a.pdf", "%PDF-1.7\n%%EOF", "application/pdf"],
  ] as const) {
    const { body } = await upload(content, {}, ADMIN, { name });
    const sent = await fetchFile(at(body.id, "/content"));
    expect(sent.headers.get("content-type")).toBe(type);
    expect(sent.headers.get("content-disposition")).toBe(`attachment; filename="${name}"`);
    expect((await fetchFile(at(body.id, "/thumb"))).status).toBe(404);
    await api.send("DELETE", at(body.id));
  }
});

test("an account has a quota; its erasure removes its files and leaves the same bytes of others", async () => {
  const eva = await newPerson(api);
  const hers = bearer(eva.access);
  const half = "x".repeat(ACCOUNT_BYTES / 2);
  const first = await upload(half, { title: "mine alone" }, hers);
  expect((await upload(`${half}y`, {}, hers)).body).toMatchObject({
    status: 507,
    detail: expect.stringContaining("VEGA_LIBRARY_ACCOUNT_BYTES"),
  });
  const second = await upload(half, {}, hers);
  expect((await upload("y", {}, hers)).body.status).toBe(507);
  await api.send("DELETE", at(second.body.id), undefined, hers);
  const both = await upload("of two accounts", { visibility: "shared" }, hers);
  const bobs = await upload("of two accounts", {}, bearer(bob.access));
  expect(bobs.body.sha256).toBe(both.body.sha256);
  for (let n = 3; n <= 5; n += 1) await upload(`file ${n}`, {}, hers);
  expect((await upload("file 6", {}, hers)).body).toMatchObject({
    status: 507,
    detail: expect.stringContaining("5 files"),
  });

  const exported = await api.get("/api/me/export", hers);
  expect(exported.body.assets).toHaveLength(5);
  expect(exported.body.assets).toContainEqual(
    expect.objectContaining({ title: "mine alone", sha256: first.body.sha256 }),
  );

  const erased = await api.send("DELETE", "/api/me", { password: PASSWORD }, hers);
  expect(erased.status).toBe(200);
  expect((await fetchFile(at(both.body.id, "/content"))).status).toBe(404);
  expect(await (await fetchFile(at(bobs.body.id, "/content"), bearer(bob.access))).text()).toBe(
    "of two accounts",
  );
});
