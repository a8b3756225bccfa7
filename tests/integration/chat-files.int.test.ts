import type { FaultProvider } from "@vega/ai/testing";
import { startFaultProvider } from "@vega/ai/testing";
import type { Network } from "@vega/test-support";
import { startNetwork } from "@vega/test-support";
import { createHash, randomBytes } from "node:crypto";
import { readdir, utimes } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { pdfOf } from "../../services/ai/src/testing/pdf.ts";
import { blobPath } from "../../services/state/src/blobs/files/folders.ts";
import { bearer, newPerson } from "./people.ts";

/* Pictures and files in chats, on real services with a mock provider. */

let provider: FaultProvider;
let network: Network;
beforeAll(async () => {
  provider = await startFaultProvider();
  network = await startNetwork({
    env: { VEGA_REGISTRATION: "open", VEGA_BACKUP_HOURS: "0" },
    providers: {
      providers: [{ id: "wall", kind: "openai-compatible", base_url: provider.baseUrl }],
    },
  });
});
afterAll(async () => {
  await network?.close();
  await provider?.close();
});

const bytes = randomBytes(150_000);
const sha256 = createHash("sha256").update(bytes).digest("hex");
const url = `data:image/png;base64,${bytes.toString("base64")}`;
const picture = { type: "image_url", image_url: { url, detail: "low" } };
const question = { role: "user", content: [{ type: "text", text: "what is it?" }, picture] };

/** All files below the folder of stored files. */
async function storedFiles(): Promise<string[]> {
  const found = await readdir(join(network.folder, "blobs"), {
    recursive: true,
    withFileTypes: true,
  }).catch(() => []);
  return found.filter((one) => one.isFile()).map(({ name }) => name);
}

/** What the provider got last. */
const lastPrompt = (model: string) => provider.callsOf(model).at(-1)?.body["messages"];

test("a picture is stored with its conversation, goes to the model again, and ends with its account", async () => {
  const { api } = network;
  const { id, access } = await newPerson(network.api);
  const headers = bearer(access);
  const chat = (body: object) =>
    api.send("POST", "/v1/chat/completions", { model: "wall/fine", ...body }, headers);
  const first = await chat({ messages: [question] });
  expect(first.status).toBe(200);
  const conversation = first.headers.get("vega-conversation") ?? "";
  expect(lastPrompt("fine")).toEqual([question]);
  expect(await storedFiles()).toEqual([sha256]);

  // Gone on with by its id, and by the client's whole list.
  const next = { role: "user", content: "are you sure?" };
  await chat({ vega_conversation: conversation, messages: [next] });
  const answer = { role: "assistant", content: first.body.choices[0].message.content };
  expect(lastPrompt("fine")).toEqual([question, answer, next]);
  const path = `/api/conversations/${conversation}`;
  const list = async () => (await api.get(`${path}/messages`, headers)).body.messages;
  const [shown] = await list();
  expect(shown.content[1]).toEqual({
    type: "image_url",
    image_url: { detail: "low" },
    vega_blobs: [
      {
        path: ["image_url", "url"],
        sha256,
        bytes: 150_000,
        media_type: "image/png",
        prefix: "data:image/png;base64,",
        encoding: "base64",
      },
    ],
  });
  const again = (await list()).map(({ role, content }: { role: string; content: unknown }) => ({
    role,
    content,
  }));
  const third = { role: "user", content: "really?" };
  await chat({ vega_conversation: conversation, messages: [question, ...again.slice(1), third] });
  expect(lastPrompt("fine")).toEqual([question, ...again.slice(1), third]);
  // A client may also send what it got from VEGA.
  const fourth = { role: "user", content: "oh" };
  const whole = [...(await list()), fourth].map(({ role, content }) => ({ role, content }));
  await chat({ vega_conversation: conversation, messages: whole });
  expect((lastPrompt("fine") as unknown[])[0]).toEqual(question);
  expect((await list()).length).toBe(8);

  // The bytes by a route of their own, for the owner alone.
  const content = `${path}/messages/0/parts/1/content`;
  const file = await fetch(api.url + content, { headers });
  expect(file.status).toBe(200);
  expect(bytes.equals(Buffer.from(await file.arrayBuffer()))).toBe(true);
  expect(Object.fromEntries(file.headers)).toMatchObject({
    "content-type": "image/png",
    "content-disposition": 'inline; filename="part-1.png"',
    etag: `"${sha256}"`,
    "x-content-type-options": "nosniff",
    "content-security-policy": expect.stringContaining("sandbox"),
  });
  const range = await fetch(api.url + content, { headers: { ...headers, range: "bytes=5-9" } });
  expect(bytes.subarray(5, 10).equals(Buffer.from(await range.arrayBuffer()))).toBe(true);
  for (const wrong of ["0/parts/0", "0/parts/2", "1/parts/0", "99/parts/0"]) {
    const missing = await fetch(`${api.url}${path}/messages/${wrong}/content`, { headers });
    expect([wrong, missing.status]).toEqual([wrong, 404]);
  }
  const other = await newPerson(network.api);
  const theirs = bearer(other.access);
  expect((await fetch(api.url + content, { headers: theirs })).status).toBe(404);

  // Digests are no secrets: another account can't get a file by its digest.
  const stolen = await api.send(
    "POST",
    "/v1/chat/completions",
    { model: "wall/fine", messages: [{ role: "user", content: shown.content }] },
    theirs,
  );
  expect(stolen.status).toBe(400);
  expect(stolen.body.error.message).toContain("send the file itself");

  const exported = await api.get(`${path}/export`, headers);
  expect(JSON.stringify(exported.body)).toContain(sha256);

  // Another account with the same picture keeps it.
  const same = await api.send(
    "POST",
    "/v1/chat/completions",
    { model: "wall/fine", messages: [question] },
    theirs,
  );
  expect(same.status).toBe(200);
  expect(await storedFiles()).toEqual([sha256]);
  const erase = (who: string) =>
    api.send("DELETE", `/api/admin/users/${who}`, undefined, bearer("a-token-for-tests-only"));
  expect((await erase(id)).status).toBe(200);
  expect(await storedFiles()).toEqual([sha256]);
  // What was stored in the last minute may be about to be named by another conversation.
  const anHourAgo = new Date(Date.now() - 3_600_000);
  await utimes(blobPath(join(network.folder, "blobs"), sha256), anHourAgo, anHourAgo);
  expect((await erase(other.id)).status).toBe(200);
  expect(await storedFiles()).toEqual([]);
});

test("a file of the library goes to the model by its id, as far as the caller may see it", async () => {
  const { api } = network;
  const [owner, other] = [await newPerson(api), await newPerson(api)];
  const upload = async (
    name: string,
    content: Uint8Array<ArrayBuffer> | string,
    visibility: string,
  ) => {
    const form = new FormData();
    form.append("visibility", visibility);
    form.append("file", new Blob([content]), name);
    const made = await fetch(`${api.url}/api/library/files`, {
      method: "POST",
      headers: bearer(owner.access),
      body: form,
    });
    expect(made.status).toBe(201);
    return ((await made.json()) as { id: string }).id;
  };
  const note = await upload("note.txt", "the raven is blue", "private");
  const pdf = await upload("page.pdf", new Uint8Array(pdfOf("the second raven")), "shared");
  const part = (id: string) => ({ type: "vega_library", vega_library: { id } });
  const ask = (person: { access: string }, content: unknown, more: object = {}) =>
    api.send(
      "POST",
      "/v1/chat/completions",
      { model: "wall/reader", messages: [{ role: "user", content }], ...more },
      bearer(person.access),
    );
  const first = await ask(owner, [part(note), part(pdf)]);
  expect(first.status).toBe(200);
  const texts = (prompt: unknown) =>
    (prompt as { content: { text: string }[] }[])[0]?.content.map(({ text }) => text);
  expect(texts(lastPrompt("reader"))).toEqual([
    'File "note.txt" (text/plain):\nthe raven is blue',
    expect.stringMatching(/^File "page.pdf" \(application\/pdf\):\nthe second raven\s*$/),
  ]);

  const refused = await ask(other, [part(note)]);
  expect(refused.status).toBe(400);
  expect(refused.body.error.message).toContain("no such file that you may see");
  expect((await ask(other, [part(pdf)])).status).toBe(200);
  expect((await ask(owner, [{ type: "vega_library", vega_library: { id: "1" } }])).status).toBe(
    400,
  );

  // In a later turn it is read again: what was deleted is gone, and said so.
  const gone = await fetch(`${api.url}/api/library/files/${note}`, {
    method: "DELETE",
    headers: bearer(owner.access),
  });
  expect(gone.status).toBeLessThan(300);
  const conversation = first.headers.get("vega-conversation") ?? "";
  const later = await ask(owner, "and now?", { vega_conversation: conversation });
  expect(later.status).toBe(200);
  expect(texts(lastPrompt("reader"))?.[0]).toBe(
    `[file ${note}: there is no such file that you may see]`,
  );
});
