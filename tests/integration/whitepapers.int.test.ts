import type { FaultProvider } from "@vega/ai/testing";
import { startFaultProvider } from "@vega/ai/testing";
import type { ApiResponse, Network } from "@vega/test-support";
import { startNetwork, until } from "@vega/test-support";
import { afterAll, beforeAll, expect, test } from "vitest";
import { bearer, newPerson } from "./people.ts";

/* Whitepapers over all services: versions, documents, offers of the platform, papers that a model writes. */

let provider: FaultProvider;
let network: Network;
beforeAll(async () => {
  provider = await startFaultProvider();
  network = await startNetwork({
    env: {
      VEGA_REGISTRATION: "open",
      VEGA_PUBLIC_READS: "true",
      VEGA_OFFER_WHITEPAPERS: "true",
    },
    providers: {
      providers: [
        {
          id: "wall",
          kind: "openai-compatible",
          base_url: provider.baseUrl,
          prices: Object.fromEntries(
            ["writer", "slow", "broken", "dear"].map((name) => [name, { input: 0, output: 1_000 }]),
          ),
          limits: { retries: 0 },
        },
      ],
    },
  });
  await offered();
});
afterAll(async () => {
  await network?.close();
  await provider.close();
});

const OFFERED = ["architecture", "durability", "security", "models"];

const create = (title: string, markdown: string, more: object = {}) =>
  network.api.send("POST", "/api/whitepapers", { title, markdown, ...more });
const edit = (slug: string, body: object, ifMatch: string) =>
  network.api.send("PUT", `/api/whitepapers/${slug}`, body, { "if-match": ifMatch });
const etagOf = ({ headers }: ApiResponse) => headers.get("etag") ?? "";

async function download(slug: string, query = "", headers: Record<string, string> = {}) {
  const url = `${network.api.url}/api/whitepapers/${slug}/download${query}`;
  const response = await fetch(url, { headers });
  return {
    status: response.status,
    headers: response.headers,
    bytes: Buffer.from(await response.arrayBuffer()),
  };
}

/** Each paper is rendered in a process of low priority. */
const OFFER_MS = 60_000;

const offered = () =>
  until(
    "the offers are there",
    async () => {
      const { body } = await network.api.get("/api/whitepapers");
      const slugs = new Set(body.map(({ slug }: { slug: string }) => slug));
      return OFFERED.every((name) => slugs.has(name)) && body;
    },
    OFFER_MS,
  );

test("a fresh system has four papers, in the shape of old clients, and their PDF", async () => {
  const { body: list } = await network.api.get("/api/whitepapers");
  expect(Array.isArray(list)).toBe(true);
  for (const one of list) {
    expect(one).toMatchObject({ id: expect.any(String), title: expect.any(String) });
    expect(one.file).toBe(`/api/whitepapers/${one.id}/download`);
    expect(one.pages).toBeGreaterThan(1);
  }
  const [first, again] = [await download("security"), await download("security")];
  expect(first.headers.get("content-type")).toBe("application/pdf");
  expect(first.headers.get("content-disposition")).toBe('attachment; filename="security-v1.pdf"');
  expect(first.bytes.subarray(0, 5).toString()).toBe("%PDF-");
  expect(first.bytes.equals(again.bytes)).toBe(true);
  const known = { "if-none-match": first.headers.get("etag") ?? "" };
  expect((await download("security", "", known)).status).toBe(304);
});

test("of two editors one gets 412, and every text stays as a version", async () => {
  const made = await create("Crows & Æ", "# Crows\n\nThey remember faces.\n");
  expect(made.status).toBe(201);
  expect(made.body).toMatchObject({ slug: "crows-ae", version: 1, pages: 1, status: "published" });
  expect(made.body.state).toBe(Number(made.headers.get("vega-sequence")));
  const stale = etagOf(made);
  const both = await Promise.all(
    ["faces", "places"].map((what) =>
      edit("crows-ae", { markdown: `# Crows\n\nThey remember ${what} well.\n`, note: what }, stale),
    ),
  );
  expect(both.map(({ status }) => status).toSorted((a, b) => a - b)).toEqual([200, 412]);
  const accepted = both.find(({ status }) => status === 200);
  expect((await edit("crows-ae", { title: "x" }, stale)).status).toBe(412);
  const without = await network.api.send("PUT", "/api/whitepapers/crows-ae", { title: "x" });
  expect([without.status, without.body.code]).toEqual([428, "precondition_required"]);

  const paper = await network.api.get("/api/whitepapers/crows-ae");
  expect(etagOf(paper)).toBe(accepted && etagOf(accepted));
  const versions = (await network.api.get("/api/whitepapers/crows-ae/versions")).body.versions;
  expect(versions.map(({ n }: { n: number }) => n)).toEqual([2, 1]);
  expect(versions[0].sequence).toBe(paper.body.state);
  const old = await download("crows-ae", "?version=1&format=md");
  expect(old.bytes.toString()).toBe("# Crows\n\nThey remember faces.\n");

  const { body: diff } = await network.api.get("/api/whitepapers/crows-ae/diff?from=1&to=1");
  expect(diff).toMatchObject({ from: 1, to: 1, identical: true });
  const words = await fetch(`${network.api.url}/api/whitepapers/crows-ae/diff?from=1&format=text`);
  expect(await words.text()).toMatch(/^# Crows\n\nThey remember .*\{\+.*well.*\+\}/);
  const missing = await network.api.get("/api/whitepapers/crows-ae/diff?from=7");
  expect(missing.status).toBe(404);
});

test("HTML runs no scripts", async () => {
  await create("Hostile", "# H\n\n<script>alert(1)</script> [x](javascript:alert(1))\n");
  const { headers, bytes } = await download("hostile", "?format=html");
  expect(headers.get("content-security-policy")).toMatch(/^sandbox; default-src 'none'/);
  expect(headers.get("x-content-type-options")).toBe("nosniff");
  expect(bytes.toString()).not.toMatch(/<script|href/);
});

test("a PDF from elsewhere is stored as it is; what is none is refused by name", async () => {
  const { bytes } = await download("security");
  const upload = (path: string, body: string | Uint8Array<ArrayBuffer>, headers = {}) =>
    network.api.raw(path, {
      method: path.includes("?title") ? "POST" : "PUT",
      headers: {
        ...bearer("a-token-for-tests-only"),
        "content-type": "application/pdf",
        ...headers,
      },
      body,
    });
  const pdf = new Uint8Array(bytes);
  const made = await upload("/api/whitepapers/pdf?title=Printed", pdf);
  expect(made.body).toMatchObject({ slug: "printed", source: "pdf" });
  expect(made.body.pages).toBeGreaterThan(1);
  expect((await download("printed")).bytes.equals(bytes)).toBe(true);
  expect((await download("printed", "?format=md")).status).toBe(400);
  const next = await upload("/api/whitepapers/printed/pdf?note=same", pdf, {
    "if-match": etagOf(made),
  });
  expect(next.body).toMatchObject({ version: 1 });
  const large = new Uint8Array(20 * 1024 * 1024 + 1);
  large.set(pdf.subarray(0, 5));
  const refused = await Promise.all([
    upload("/api/whitepapers/pdf?title=X", "%PDF-1.4 nonsense"),
    upload("/api/whitepapers/pdf?title=X", "<html>"),
    upload("/api/whitepapers/pdf?title=X", ""),
    upload("/api/whitepapers/pdf?title=X", "{}", { "content-type": "application/json" }),
    upload("/api/whitepapers/pdf?title=X", large),
  ]);
  expect(refused.map(({ status }) => status)).toEqual([400, 415, 415, 415, 413]);
});

/** One red pixel. */
const PNG = Buffer.from(
  "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR4nGP4z8DwHwAFAAH/iZk9HQAAAABJRU5ErkJggg==",
  "base64",
);

test("a document has the images of the library that its reader may see", async () => {
  const form = new FormData();
  form.set("visibility", "private");
  form.set("file", new Blob([PNG], { type: "image/png" }), "red.png");
  const added = await network.api.raw("/api/library/files", {
    method: "POST",
    headers: bearer("a-token-for-tests-only"),
    body: form,
  });
  expect(added.status).toBe(201);
  await create("Red", `# Red\n\n![A red dot](vega://library/${added.body.id})\n`);
  const hasImage = async (headers: Record<string, string> = {}) => {
    const { bytes } = await download("red", "", headers);
    return bytes.toString("latin1").includes("/Subtype /Image");
  };
  const admin = bearer("a-token-for-tests-only");
  expect([await hasImage(admin), await hasImage()]).toEqual([true, false]);
  const path = `/api/library/files/${added.body.id}`;
  expect((await network.api.send("PATCH", path, { visibility: "public" })).status).toBe(200);
  expect(await hasImage()).toBe(true);
  const html = (await download("red", "?format=html")).bytes.toString();
  expect(html).toContain(`<img alt="A red dot" src="data:image/png;base64,`);
});

test("drafts are for operators", async () => {
  await create("Secret plan", "# S\n\nPlan.\n", { status: "draft" });
  const reader = bearer((await newPerson(network.api)).access);
  for (const headers of [{}, reader]) {
    for (const path of ["", "/versions", "/download", "/diff?from=1"]) {
      const { status } = await network.api.get(`/api/whitepapers/secret-plan${path}`, headers);
      expect(status).toBe(404);
    }
    expect(JSON.stringify((await network.api.get("/api/whitepapers", headers)).body)).not.toContain(
      "Secret",
    );
  }
  const { status } = await network.api.send("PUT", "/api/whitepapers/secret-plan", {}, reader);
  expect(status).toBe(403);
  const draft = await network.api.get(
    "/api/whitepapers/secret-plan",
    bearer("a-token-for-tests-only"),
  );
  expect(draft.body.status).toBe("draft");
});

const generate = (body: object) => network.api.send("POST", "/api/whitepapers/generations", body);
const ADMIN = bearer("a-token-for-tests-only");
const generation = async (id: string) =>
  (await network.api.get(`/api/whitepapers/generations/${id}`, ADMIN)).body;
const ended = (id: string) =>
  until("the generation has ended", async () => {
    const found = await generation(id);
    return found.status !== "running" && found;
  });

test("a model writes a draft by outline and sections, marked and billed", async () => {
  provider.behave(
    "writer",
    { kind: "answer", text: "1. Gesichter\n2. Spiele" },
    { kind: "answer", text: "Sie merken sich ∞ Gesichter." },
    { kind: "answer", text: "Sie spielen." },
  );
  const asked = { title: "Raben", context: "Für Beobachter.", length: "medium", language: "de" };
  const { status, body } = await generate({ ...asked, model: "wall/writer" });
  expect(status).toBe(202);
  expect(body).toMatchObject({ status: "running", ...asked });
  const done = await ended(body.id);
  expect(done).toMatchObject({
    status: "complete",
    sections: 2,
    written: 2,
    provider: "wall",
    served_by: "writer",
    error: null,
  });
  expect(done.cost_usd).toBeGreaterThan(0);
  const paper = await network.api.get(`/api/whitepapers/${done.whitepaper_id}`, ADMIN);
  expect(paper.body).toMatchObject({ slug: "raben", status: "draft", machine_written: true });
  expect(paper.body.versions[0].written_by).toMatchObject({
    provider: "wall",
    model: "writer",
    cost_usd: done.cost_usd,
  });
  const published = await edit("raben", { status: "published" }, "*");
  expect(published.body.status).toBe("published");
  const text = (await download("raben", "?format=md")).bytes.toString();
  expect(text).toBe(
    "# Raben\n\n## Gesichter\n\nSie merken sich ∞ Gesichter.\n\n## Spiele\n\nSie spielen.\n",
  );
  const { body: usage } = await network.api.get("/api/usage?by=model", ADMIN);
  expect(JSON.stringify(usage)).toContain("wall/writer");
});

test("a failure leaves a clear state and no paper", async () => {
  provider.behave("broken", { kind: "status", status: 500 });
  const { body } = await generate({ title: "Broken", context: "x", model: "wall/broken" });
  const done = await ended(body.id);
  expect(done).toMatchObject({ status: "failed", whitepaper_id: null });
  expect(done.error.code).toBe("unavailable");
  const list = await network.api.get("/api/whitepapers", ADMIN);
  expect(JSON.stringify(list.body)).not.toContain("Broken");
  const refused = [
    await generate({ title: "x", context: "y", model: "nope" }),
    await generate({ title: "x", context: `sk-ant-api03-${"a1B2".repeat(24)}-abcdefAA` }),
    await generate({ title: "", context: "y" }),
  ];
  expect(refused.map(({ status }) => status)).toEqual([404, 400, 400]);
});

test("a cancellation stops the model and is final", async () => {
  provider.behave("slow", { kind: "hang_before_token" });
  const before = provider.callsOf("slow").length;
  const { body } = await generate({ title: "Slow", context: "x", model: "wall/slow" });
  const call = await until("the model is called", async () => provider.callsOf("slow")[before]);
  const path = `/api/whitepapers/generations/${body.id}/cancel`;
  expect((await network.api.send("POST", path)).body.status).toBe("cancelled");
  await call.closed;
  expect(call.abandoned).toBe(true);
  expect(await generation(body.id)).toMatchObject({ status: "cancelled", whitepaper_id: null });
  expect((await network.api.send("POST", path)).status).toBe(200);
});

test("a removed offer does not come back, and an edited one stays; a stopped paper has failed", async () => {
  await network.api.send("DELETE", "/api/whitepapers/models");
  expect((await edit("durability", { markdown: "# Mine\n" }, "*")).body.version).toBe(2);
  provider.behave("slow", { kind: "hang_before_token" });
  const { body } = await generate({ title: "Stopped", context: "x", model: "wall/slow" });
  await network.restartAll();
  expect(await ended(body.id)).toMatchObject({ status: "failed", error: { code: "stopped" } });
  const { body: list } = await network.api.get("/api/whitepapers");
  const versions = Object.fromEntries(
    list.map(({ slug, version }: { slug: string; version: number }) => [slug, version]),
  );
  expect(versions).toMatchObject({ architecture: 1, durability: 2, security: 1 });
  expect(versions).not.toHaveProperty("models");
  expect((await download("durability", "?format=md")).bytes.toString()).toBe("# Mine\n");
});
