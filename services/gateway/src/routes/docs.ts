import swagger from "@fastify/swagger";
import swaggerUi from "@fastify/swagger-ui";
import { SESSION_COOKIE } from "@vega/contracts";
import fp from "fastify-plugin";
import { createJsonSchemaTransform } from "fastify-type-provider-zod";
import { z } from "zod";
import type { HttpApp, Routes } from "../dependencies.ts";
import { securityHeaders } from "../plugins/security-headers.ts";

/** Gathers the document from the routes' schemas; registered before them. */
export const openApi = fp(async (app: HttpApp) => {
  await app.register(swagger, {
    openapi: {
      openapi: "3.1.0",
      info: {
        title: "VEGA",
        version: "0.1.0",
        description:
          "A self-hosted multi-AI orchestration platform whose whole state is durable, versioned and " +
          "observable. Every answer carries `Vega-Sequence`; problems are `application/problem+json`.",
      },
      components: {
        securitySchemes: {
          bearer: {
            type: "http",
            scheme: "bearer",
            description: "An access token, an API key or the admin token",
          },
          cookie: { type: "apiKey", in: "cookie", name: SESSION_COOKIE },
        },
      },
    },
    transform: createJsonSchemaTransform({}),
  });
});

export const docsRoutes: Routes = async (app) => {
  app.get(
    "/api/openapi",
    {
      config: { access: "open" },
      schema: {
        summary: "This document (OpenAPI 3.1)",
        tags: ["docs"],
        response: { 200: z.record(z.string(), z.unknown()) },
      },
    },
    async () => ({ ...app.swagger() }),
  );

  app.get("/", { config: { access: "open" }, schema: { hide: true } }, async (_request, reply) =>
    reply.redirect("/docs"),
  );

  await app.register(async (pages) => {
    await pages.register(securityHeaders);
    await pages.register(swaggerUi, { routePrefix: "/docs", theme: { title: "VEGA" } });
  });
};
