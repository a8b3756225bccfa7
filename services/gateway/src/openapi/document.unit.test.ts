import { Validator } from "@seriousme/openapi-schema-validator";
import { readFileSync } from "node:fs";
import { Script } from "node:vm";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { TestApp } from "../testing/app.ts";
import { testApp } from "../testing/app.ts";
import { ICON } from "./icon.ts";

interface Parameter {
  readonly name: string;
  readonly in: string;
  readonly required?: boolean;
  readonly schema: { readonly example?: unknown };
}

interface Media {
  readonly schema: Readonly<Record<string, unknown>>;
  readonly example?: unknown;
}

interface Operation {
  readonly operationId: string;
  readonly summary: string;
  readonly tags: readonly string[];
  readonly parameters?: readonly Parameter[];
  readonly requestBody?: { readonly content: Readonly<Record<string, Media>> };
  readonly responses: Readonly<Record<string, { readonly description: string }>>;
  readonly security?: unknown;
  readonly "x-access"?: string;
}

interface OpenApiDocument {
  readonly openapi: string;
  readonly info: Readonly<Record<string, unknown>>;
  readonly paths: Readonly<Record<string, Readonly<Record<string, Operation>>>>;
  readonly components: { readonly schemas: Readonly<Record<string, unknown>> };
}

let gateway: TestApp;
let document: OpenApiDocument;
let operations: { readonly name: string; readonly operation: Operation }[];
beforeAll(async () => {
  gateway = await testApp();
  document = (await gateway.app.inject("/api/openapi")).json<OpenApiDocument>();
  operations = Object.entries(document.paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, operation]) => ({
      name: `${method.toUpperCase()} ${path}`,
      operation,
    })),
  );
});
afterAll(() => gateway.close());

/** Names of the operations that fail a check. */
const failing = (check: (operation: Operation) => boolean): string[] =>
  operations.filter(({ operation }) => !check(operation)).map(({ name }) => name);

test("the document is valid OpenAPI 3.1", async () => {
  expect(document.openapi).toBe("3.1.0");
  expect(operations.length).toBeGreaterThan(90);
  expect(await new Validator().validate({ ...structuredClone(document) })).toEqual({ valid: true });
});

test("title and version are VEGA's", () => {
  const { version } = JSON.parse(
    readFileSync(new URL("../../package.json", import.meta.url), "utf8"),
  ) as { version: string };
  expect(document.info).toMatchObject({ title: "VEGA API", version });
  expect(Object.keys(document.info).toSorted()).toEqual(["description", "title", "version"]);
});

describe("every operation has", () => {
  test("a unique operationId that starts with a verb", () => {
    const ids = operations.map(({ operation }) => operation.operationId);
    expect(failing(({ operationId }) => /^[a-z]+(?:[A-Z][a-z0-9]*)*$/.test(operationId))).toEqual(
      [],
    );
    expect(new Set(ids).size).toBe(ids.length);
    expect(ids).toEqual(
      expect.arrayContaining(["listAgents", "getConversation", "createApiKey", "startLoop"]),
    );
  });

  test("a summary and one tag", () => {
    expect(failing(({ summary, tags }) => summary.length > 5 && tags.length === 1)).toEqual([]);
  });

  test("an example of its body and of each required parameter", () => {
    const hasExamples = ({ parameters = [], requestBody }: Operation) =>
      parameters.every(({ required, schema }) => !required || schema.example !== undefined) &&
      Object.values(requestBody?.content ?? {}).every(({ example }) => example !== undefined);
    expect(failing(hasExamples)).toEqual([]);
  });

  test("a described success and a described error", () => {
    const isDescribed = ({ responses }: Operation) =>
      Object.keys(responses).some((status) => status.startsWith("2")) &&
      Object.values(responses).every(
        ({ description }) => description !== "" && description !== "Default Response",
      );
    expect(failing(isDescribed)).toEqual([]);
  });

  test("the access of its route, and credentials where the access needs them", () => {
    const declared = new Map(
      gateway.app.accessTable.map(({ method, url, access }) => [
        `${method} ${url.replaceAll(/:(\w+)/g, "{$1}").replace("*", "{id}")}`,
        access,
      ]),
    );
    const shown = operations.map(({ name, operation }) => [name, operation["x-access"] ?? "open"]);
    expect(shown).toEqual(operations.map(({ name }) => [name, declared.get(name)]));
    expect(
      failing((operation) => Boolean(operation.security) === Boolean(operation["x-access"])),
    ).toEqual([]);
  });
});

test("shared shapes are components, and no component is unused", () => {
  const text = JSON.stringify(document);
  const names = Object.keys(document.components.schemas);
  expect(names).toEqual(
    expect.arrayContaining(["Agent", "ApiKey", "Conversation", "Message", "Problem", "User"]),
  );
  for (const name of names) expect(text).toContain(`"#/components/schemas/${name}"`);
  // Members that only a problem has: an inlined copy of it would repeat them.
  expect(text.match(/"retry_after":/g)).toHaveLength(1);
});

test("the page of the document has VEGA's title and icon and no other product's", async () => {
  const { headers, body } = await gateway.app.inject("/docs");
  expect(headers["content-type"]).toContain("text/html");
  expect(body).toContain("<title>VEGA API</title>");
  const icons = [...body.matchAll(/<link rel="icon"[^>]* href="([^"]+)"/g)];
  expect(icons.map(([, href]) => href)).toEqual(["/docs/static/theme/icon.svg"]);
  const icon = await gateway.app.inject("/docs/static/theme/icon.svg");
  expect(icon.headers["content-type"]).toContain("image/svg+xml");
  expect(icon.body).toMatch(/^<svg /);
});

test("the page loads nothing that its content security policy refuses", async () => {
  const { headers, body } = await gateway.app.inject("/docs");
  const policy = String(headers["content-security-policy"]);
  expect(policy).toContain("script-src 'self'");
  expect(policy).toContain("img-src 'self' data:");
  // No inline script; scripts and styles of this server only.
  expect(body).not.toMatch(/<script(?![^>]*\bsrc=)/);
  const urls = [...body.matchAll(/\b(?:src|href)="([^"]+)"/g)].map(([, url]) => url ?? "");
  expect(urls.length).toBeGreaterThan(4);
  for (const url of urls) {
    expect(url).toMatch(/^\/docs\/static\//);
    expect((await gateway.app.inject(url)).statusCode).toBe(200);
  }
  const { body: script } = await gateway.app.inject("/docs/static/swagger-initializer.js");
  const logos = [...script.matchAll(/data:image\/svg\+xml;base64,([\w+/=]+)/g)];
  expect(new Set(logos.map(([, data]) => data))).toEqual(
    new Set([Buffer.from(ICON).toString("base64")]),
  );
  expect(script).toMatch(/"layout":\s*"BaseLayout"/);
  expect(() => new Script(script)).not.toThrow();
  // The validator badge would load a picture from another host.
  expect(script).toMatch(/"validatorUrl":\s*null/);
});
