import { VegaError } from "@vega/contracts";
import fp from "fastify-plugin";

/** The pattern of a route as a regular expression for paths. */
function patternOf(url: string): RegExp {
  const source = url
    .split("/")
    .map((part) => {
      if (part.startsWith(":")) return "[^/]+";
      // At least one character: a trailing slash is ignored, so "/docs/" does not match "/docs/*".
      return part === "*" ? ".+" : RegExp.escape(part);
    })
    .join("/");
  return new RegExp(`^${source}/?$`);
}

/** The methods of each path. */
export function createRouteTable() {
  const methodsOf = new Map<string, { pattern: RegExp; methods: Set<string> }>();
  return {
    add(url: string, methods: readonly string[]) {
      let route = methodsOf.get(url);
      if (!route) methodsOf.set(url, (route = { pattern: patternOf(url), methods: new Set() }));
      for (const method of methods) route.methods.add(method);
    },
    /** In alphabetical order; empty for an unknown path. */
    allowed(path: string): string[] {
      const found = new Set<string>();
      for (const { pattern, methods } of methodsOf.values()) {
        if (pattern.test(path)) for (const method of methods) found.add(method);
      }
      return [...found].toSorted();
    },
  };
}

/** 404 for unknown paths, 405 with Allow for known paths with another method. */
export const notFound = fp(async (app) => {
  const table = createRouteTable();
  app.addHook("onRoute", ({ url, method }) => table.add(url, [method].flat()));
  app.setNotFoundHandler((request, reply) => {
    const path = request.url.split("?", 1)[0] ?? "";
    const allowed = table.allowed(path);
    // A route that has the method and no such file, as under /docs/static, comes here too.
    if (allowed.length === 0 || allowed.includes(request.method)) {
      throw new VegaError("not_found", `route not found: ${path}`);
    }
    void reply.header("allow", allowed.join(", "));
    throw new VegaError(
      "method_not_allowed",
      `method ${request.method} not allowed; use ${allowed.join(", ")}`,
    );
  });
});
