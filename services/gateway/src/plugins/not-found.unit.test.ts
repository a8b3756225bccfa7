import { expect, test } from "vitest";
import { createRouteTable } from "./not-found.ts";

const table = createRouteTable();
table.add("/api/memory", ["GET", "HEAD"]);
table.add("/api/memory/:namespace/:key", ["PUT"]);
table.add("/api/memory/:namespace/:key", ["GET"]);
table.add("/docs/*", ["GET"]);

test.each([
  ["/api/memory", ["GET", "HEAD"]],
  ["/api/memory/", ["GET", "HEAD"]],
  ["/api/memory/a/b%2Fc", ["GET", "PUT"]],
  ["/docs/static/x.css", ["GET"]],
  ["/docs/", []],
  ["/api/memory/a", []],
  ["/api/memory/a/b/c", []],
  ["/apixmemory", []],
])("%s allows %j", (path, methods) => {
  expect(table.allowed(path)).toEqual(methods);
});
