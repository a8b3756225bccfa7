import { VegaError } from "@vega/contracts";
import fp from "fastify-plugin";

/** A route's pattern as what its paths look like. */
function patternOf(url: string): RegExp {
  const source = url
    .split("/")
    .map((part) => {
      if (part.startsWith(":")) return "[^/]+";
      // Something: a slash at the end is no part of a path, so "/docs/" is none of "/docs/*".
      return part === "*" ? ".+" : RegExp.escape(part);
    })
    .join("/");
  return new RegExp(`^${source}/?$`);
}

/** Which methods the routes of a path take. */
export function createRouteTable() {
  const methodsOf = new Map<string, { pattern: RegExp; methods: Set<string> }>();
  return {
    add(url: string, methods: readonly string[]) {
      let route = methodsOf.get(url);
      if (!route) methodsOf.set(url, (route = { pattern: patternOf(url), methods: new Set() }));
      for (const method of methods) route.methods.add(method);
    },
    /** In alphabetical order; none where there is no such path. */
    allowed(path: string): string[] {
      const found = new Set<string>();
      for (const { pattern, methods } of methodsOf.values()) {
        if (pattern.test(path)) for (const method of methods) found.add(method);
      }
      return [...found].toSorted();
    },
  };
}

/** 404 for what is not there, 405 with Allow for what is there under another method. */
export const notFound = fp(async (app) => {
  const table = createRouteTable();
  app.addHook("onRoute", ({ url, method }) => table.add(url, [method].flat()));
  app.setNotFoundHandler((request, reply) => {
    const path = request.url.split("?", 1)[0] ?? "";
    const allowed = table.allowed(path);
    if (allowed.length === 0) throw new VegaError("not_found", `there is nothing at ${path}`);
    void reply.header("allow", allowed.join(", "));
    throw new VegaError(
      "method_not_allowed",
      `${request.method} is not possible here; use ${allowed.join(", ")}`,
    );
  });
});
