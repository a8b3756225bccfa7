import type { Api } from "@vega/test-support";
import sharp from "sharp";
import { afterAll, beforeAll, expect, test } from "vitest";
import type { Headers, Library } from "./library-files.ts";
import { ADMIN, at, bytesOf, digestOf, makePhoto, NOBODY, startLibrary } from "./library-files.ts";
import type { Person } from "./people.ts";
import { bearer, newPerson } from "./people.ts";

/* Files of the library, over HTTP. */

let library: Library;
let api: Api;
let upload: Library["upload"];
let fetchFile: Library["fetchFile"];
let ada: Person;
let bob: Person;
let photo: Buffer;

beforeAll(async () => {
  library = await startLibrary();
  ({ api, upload, fetchFile } = library);
  [ada, bob, photo] = [await newPerson(api), await newPerson(api), await makePhoto()];
});
afterAll(() => library?.network.close());

test("a picture is stored, found, shown and sent with its name, kind and thumbnails", async () => {
  const fields = {
    title: "Two ravens",
    tags: "raven,Æ",
    category: "Visual Design",
    alt: "On a branch",
  };
  const made = await upload(photo, fields, bearer(ada.access), {
    name: "anlætan.jpg",
    type: "image/jpeg",
  });
  expect(made.status).toBe(201);
  expect(made.body).toMatchObject({
    name: "anlætan.jpg",
    title: "Two ravens",
    tags: ["raven", "Æ"],
    media_type: "image/jpeg",
    bytes: photo.length,
    sha256: digestOf(photo),
    // Upright.
    width: 480,
    height: 640,
    visibility: "private",
    created_by: ada.id,
    version: 1,
  });
  const { id } = made.body;
  expect(made.headers.get("location")).toBe(at(id));
  const mine = bearer(ada.access);
  for (const query of [
    "q=TWO rav",
    "q=anlaetan",
    "tag=raven",
    "category=Visual Design",
    "type=image",
    "type=image/jpeg",
    "visibility=private",
    "q=branch&tag=Æ",
  ]) {
    const found = await api.get(`/api/library/files?${query}`, mine);
    expect([query, found.body.files]).toEqual([query, [made.body]]);
  }
  for (const query of ["q=crow", "tag=rav", "type=audio", "visibility=public", "category=Logo"]) {
    expect((await api.get(`/api/library/files?${query}`, mine)).body.files).toEqual([]);
  }

  const sent = await fetchFile(at(id, "/content"), mine);
  expect(await bytesOf(sent)).toEqual(photo);
  expect(Object.fromEntries(sent.headers)).toMatchObject({
    "content-type": "image/jpeg",
    "content-length": String(photo.length),
    "content-disposition": "inline; filename=\"anl_tan.jpg\"; filename*=UTF-8''anl%C3%A6tan.jpg",
    "x-content-type-options": "nosniff",
    "cache-control": "private, no-cache",
    etag: `"${digestOf(photo)}"`,
  });
  expect(sent.headers.get("content-security-policy")).toMatch(/default-src 'none'.*sandbox$/);

  const small = await fetchFile(at(id, "/thumb?w=96"), mine);
  expect(small.headers.get("content-type")).toBe("image/webp");
  const thumbnail = await sharp(await bytesOf(small)).metadata();
  expect([thumbnail.width, thumbnail.height, thumbnail.exif]).toEqual([96, 128, undefined]);
  expect((await fetchFile(at(id, "/thumb?w=97"), mine)).status).toBe(400);
  await api.send("DELETE", at(id), undefined, mine);
});

test("ranges, conditions and HEAD", async () => {
  const { body } = await upload("0123456789", { visibility: "shared" });
  const path = at(body.id, "/content");
  const etag = `"${body.sha256}"`;
  const range = async (headers: Headers) => {
    const response = await fetchFile(path, { ...ADMIN, ...headers });
    return [response.status, response.headers.get("content-range"), await response.text()];
  };
  expect(await range({ range: "bytes=2-4" })).toEqual([206, "bytes 2-4/10", "234"]);
  expect(await range({ range: "bytes=-3" })).toEqual([206, "bytes 7-9/10", "789"]);
  expect(await range({ range: "bytes=10-" })).toEqual([416, "bytes */10", ""]);
  expect(await range({ range: "bytes=1-2", "if-range": etag })).toEqual([
    206,
    "bytes 1-2/10",
    "12",
  ]);
  expect(await range({ range: "bytes=1-2", "if-range": '"other"' })).toEqual([
    200,
    null,
    "0123456789",
  ]);
  expect(await range({ "if-none-match": etag })).toEqual([304, null, ""]);
  const head = await fetchFile(path, ADMIN, "HEAD");
  expect([head.status, head.headers.get("content-length"), await head.text()]).toEqual([
    200,
    "10",
    "",
  ]);
  const saved = await fetchFile(`${path}?download=true`);
  expect(saved.headers.get("content-disposition")).toMatch(/^attachment/);
  await api.send("DELETE", at(body.id));
});

test("versions: the newest is in force, earlier ones stay, a lost update is refused", async () => {
  const mine = bearer(ada.access);
  const first = await upload("one", { title: "Draft" }, mine);
  const { id } = first.body;
  const etag = first.headers.get("etag") ?? "";
  const version = { path: at(id, "/versions") };
  const second = await upload("two!", {}, { ...mine, "if-match": etag }, version);
  expect([second.status, second.body.version, second.body.title]).toEqual([201, 2, "Draft"]);
  expect((await upload("three", {}, { ...mine, "if-match": etag }, version)).status).toBe(412);
  expect((await upload("two!", {}, mine, version)).body.version).toBe(2);
  const read = async (query = "") => (await fetchFile(at(id, `/content${query}`), mine)).text();
  expect([await read(), await read("?version=1"), await read("?version=2")]).toEqual([
    "two!",
    "one",
    "two!",
  ]);
  expect((await fetchFile(at(id, "/content?version=3"), mine)).status).toBe(404);
  const { body } = await api.get(at(id, "/versions"), mine);
  expect(body.versions).toMatchObject([
    { version: 2, bytes: 4 },
    { version: 1, bytes: 3, sha256: digestOf(Buffer.from("one")) },
  ]);

  const change = (match: string) =>
    api.send("PATCH", at(id), { title: "Final" }, { ...mine, "if-match": match });
  expect((await change(etag)).body).toMatchObject({ status: 412, code: "precondition_failed" });
  const changed = await change(second.headers.get("etag") ?? "");
  expect([changed.status, changed.body.title, changed.body.version]).toEqual([200, "Final", 2]);
  const current = await api.get(at(id), mine);
  expect(current.headers.get("etag")).toBe(changed.headers.get("etag"));
  const known = { ...mine, "if-none-match": current.headers.get("etag") ?? "" };
  expect((await fetchFile(at(id), known)).status).toBe(304);
  expect((await api.send("DELETE", at(id), undefined, mine)).status).toBe(200);
  expect((await api.get(at(id), mine)).status).toBe(404);
  expect((await fetchFile(at(id, "/content?version=1"), mine)).status).toBe(404);
});

test("each visibility has its readers, and its events", async () => {
  const [mine, theirs] = [bearer(ada.access), bearer(bob.access)];
  const names = ["ada", "bob", "nobody"];
  const streams = await Promise.all(
    [mine, theirs, NOBODY].map((headers) => api.events("?types=asset_changed", undefined, headers)),
  );
  const statuses = (path: string) =>
    Promise.all(
      [mine, theirs, NOBODY].map(async (headers) => (await fetchFile(path, headers)).status),
    );
  const made = await upload("a secret", {}, mine);
  const { id } = made.body;
  for (const rest of ["", "/content", "/versions"]) {
    expect(await statuses(at(id, rest))).toEqual([200, 404, 404]);
    // Administrators have no access to the private files of accounts.
    expect((await fetchFile(at(id, rest))).status).toBe(404);
  }
  for (const request of [
    () => upload("x", {}, theirs, { path: at(id, "/versions") }),
    () => api.send("PATCH", at(id), { title: "mine" }, theirs),
    () => api.send("DELETE", at(id), undefined, theirs),
  ]) {
    expect((await request()).status).toBe(404);
  }
  const show = (visibility: string, headers: Headers) =>
    api.send("PATCH", at(id), { visibility }, headers);
  expect((await show("public", mine)).status).toBe(403);
  await show("shared", mine);
  expect(await statuses(at(id, "/content"))).toEqual([200, 200, 404]);
  expect((await show("private", theirs)).status).toBe(403);
  // Operators publish.
  await show("public", ADMIN);
  expect(await statuses(at(id, "/content"))).toEqual([200, 200, 200]);
  expect((await api.get("/api/library/files", NOBODY)).body.files).toHaveLength(1);
  const deleted = await api.send("DELETE", at(id), undefined, mine);
  const last = Number(deleted.headers.get("vega-sequence"));

  const changes = await Promise.all(
    streams.map(async (stream) => {
      await stream.next(({ data }) => data["sequence"] === last);
      return stream.events.flatMap(({ data }) =>
        data.type === "asset_changed" ? [data["change"]] : [],
      );
    }),
  );
  expect(Object.fromEntries(names.map((name, n) => [name, changes[n]]))).toEqual({
    ada: ["created", "changed", "changed", "deleted"],
    bob: ["changed", "changed", "deleted"],
    nobody: ["changed", "deleted"],
  });
  for (const stream of streams) stream.close();
});

test("the predecessor's page finds the public pictures by their names", async () => {
  expect((await api.get("/api/assets")).body).toEqual({ dalle_generated: [], curated: [] });
  const named = (name: string) => ({ name, type: "image/jpeg" });
  const show = { visibility: "public" };
  const curated = { ...show, title: "Core", category: "Core Systems" };
  const first = await upload(photo, curated, ADMIN, named("ægishjálmur.jpg"));
  const second = await upload(photo, show, ADMIN, named("a #1.jpg"));
  const hidden = await upload(photo, { visibility: "shared" }, ADMIN, named("hidden.jpg"));
  const text = await upload("no picture", show);
  const { body } = await api.get("/api/assets");
  expect(body).toEqual({
    dalle_generated: ["/assets/dalle/a%20%231.jpg", "/assets/dalle/ægishjálmur.jpg"],
    curated: [{ path: "/assets/dalle/ægishjálmur.jpg", title: "Core", category: "Core Systems" }],
  });
  for (const path of body.dalle_generated) {
    const response = await fetchFile(path, NOBODY);
    expect([response.status, await bytesOf(response)]).toEqual([200, photo]);
  }
  for (const name of ["hidden.jpg", "ravens.txt", "..%2f..%2fvega.db", "%00"]) {
    expect((await fetchFile(`/assets/dalle/${name}`, NOBODY)).status).toBe(404);
  }
  for (const one of [first, second, hidden, text]) await api.send("DELETE", at(one.body.id));
});
