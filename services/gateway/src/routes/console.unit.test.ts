import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import type { TestApp } from "../testing/app.ts";
import { testApp } from "../testing/app.ts";

const folder = mkdtempSync(join(tmpdir(), "vega-console-"));
mkdirSync(join(folder, "assets"));
writeFileSync(join(folder, "index.html"), "<!doctype html>the console");
writeFileSync(join(folder, "assets/main-abc.js"), "export {};");
writeFileSync(join(folder, "assets/main-abc.js.br"), "brotli");
writeFileSync(join(folder, "assets/main-abc.js.gz"), "gzip");
writeFileSync(join(folder, "sources.sha256"), "hash");

let built: TestApp;
let bare: TestApp;
beforeAll(async () => {
  built = await testApp({ VEGA_CONSOLE_DIR: folder });
  bare = await testApp({ VEGA_CONSOLE_DIR: join(folder, "none") });
});
afterAll(async () => {
  await built.close();
  await bare.close();
  rmSync(folder, { recursive: true });
});

const BROWSER = "text/html,application/xhtml+xml,*/*;q=0.8";
const get = ({ app }: TestApp, url: string, headers: Record<string, string> = {}) =>
  app.inject({ url, headers });

test("a browser gets the console at /, a program the documentation", async () => {
  const page = await get(built, "/", { accept: BROWSER });
  expect([page.statusCode, page.body]).toEqual([200, "<!doctype html>the console"]);
  expect(page.headers).toMatchObject({
    "content-type": "text/html; charset=utf-8",
    "cache-control": "no-cache",
    vary: "Accept, Accept-Encoding",
  });
  for (const accept of ["*/*", "application/json"]) {
    const other = await get(built, "/", { accept });
    expect([other.statusCode, other.headers.location]).toEqual([302, "/docs"]);
    expect(other.headers["vary"]).toBe("Accept");
  }
});

test.each(["/admin", "/admin-login", "/console", "/console/chat/some-id", "/console/x?at=3"])(
  "%s is the console",
  async (url) => {
    const { statusCode, body, headers } = await get(built, url);
    expect([statusCode, body]).toEqual([200, "<!doctype html>the console"]);
    const policy = String(headers["content-security-policy"]);
    expect(policy).toContain("default-src 'none'; script-src 'self'; style-src 'self'");
    expect(policy).toContain("require-trusted-types-for 'script'");
    expect(policy).not.toContain("unsafe");
  },
);

test.each([
  ["gzip, deflate, br, zstd", "br", "brotli"],
  ["gzip", "gzip", "gzip"],
  ["br;q=0", undefined, "export {};"],
])("a file for Accept-Encoding %j", async (accepted, encoding, body) => {
  const file = await get(built, "/console/assets/main-abc.js", { "accept-encoding": accepted });
  expect([file.statusCode, file.body]).toEqual([200, body]);
  expect(file.headers["content-encoding"]).toBe(encoding);
  expect(file.headers["content-type"]).toBe("text/javascript; charset=utf-8");
  expect(file.headers["cache-control"]).toBe("public, max-age=31536000, immutable");
});

test("a known file is not sent again", async () => {
  const { headers } = await get(built, "/console/");
  const again = await get(built, "/console/", { "if-none-match": String(headers.etag) });
  expect([again.statusCode, again.body]).toEqual([304, ""]);
  const other = await get(built, "/console/", { "if-none-match": 'W/"other"' });
  expect(other.statusCode).toBe(200);
});

test.each(["/console/assets/none.js", "/console/assets/main-abc.js.br"])(
  "%s does not exist",
  async (url) => {
    const { statusCode } = await get(built, url);
    expect(statusCode).toBe(404);
  },
);

test("nothing outside of the build is sent", async () => {
  for (const url of ["/console/..%2f..%2fetc%2fpasswd", "/console/sources.sha256"]) {
    expect((await get(built, url)).body).toBe("<!doctype html>the console");
  }
});

test("without a build, / is the documentation and the console says what to do", async () => {
  const root = await get(bare, "/", { accept: BROWSER });
  expect(root.headers.location).toBe("/docs");
  const page = await get(bare, "/console/now");
  expect(page.statusCode).toBe(404);
  expect(page.json().detail).toContain("./vega start");
});
