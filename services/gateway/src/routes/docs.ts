import swagger from "@fastify/swagger";
import swaggerUi from "@fastify/swagger-ui";
import { SESSION_COOKIE } from "@vega/contracts";
import fp from "fastify-plugin";
import { z } from "zod";
import packageJson from "../../package.json" with { type: "json" };
import type { HttpApp, Routes } from "../dependencies.ts";
import { ICON } from "../openapi/icon.ts";
import { transformDocument, transformOperation } from "../openapi/transforms.ts";
import { pageHeaders } from "../plugins/security-headers.ts";

const TITLE = "VEGA API";

/** Collects the OpenAPI document from the schemas of the routes, so it is registered before them. */
export const openApi = fp(async (app: HttpApp) => {
  await app.register(swagger, {
    openapi: {
      openapi: "3.1.0",
      info: {
        title: TITLE,
        version: packageJson.version,
        description:
          "A self-hosted multi-AI orchestration platform whose whole state is durable, versioned and observable. " +
          "Every response has the header `Vega-Sequence`. Errors are `application/problem+json` (RFC 9457), " +
          "under `/v1` in OpenAI's shape. `x-access` is the permission that an operation needs.",
      },
      components: {
        securitySchemes: {
          bearer: {
            type: "http",
            scheme: "bearer",
            description: "An access token, an API key or the admin token",
          },
          cookie: {
            type: "apiKey",
            in: "cookie",
            name: SESSION_COOKIE,
            description: "The session cookie of a login",
          },
        },
      },
    },
    transform: transformOperation,
    transformObject: transformDocument,
  });
});

export const docsRoutes: Routes = async (app) => {
  app.get(
    "/api/openapi",
    {
      config: { access: "open" },
      schema: {
        operationId: "getOpenApi",
        summary: "Get this document (OpenAPI 3.1)",
        tags: ["docs"],
        response: { 200: z.record(z.string(), z.unknown()) },
      },
    },
    async () => ({ ...app.swagger() }),
  );

  await app.register(async (pages) => {
    await pages.register(pageHeaders);
    await pages.register(swaggerUi, {
      routePrefix: "/docs",
      // Without a logo the page would carry that of Swagger UI.
      logo: { type: "image/svg+xml", content: ICON },
      theme: {
        title: TITLE,
        favicon: [
          {
            filename: "icon.svg",
            rel: "icon",
            type: "image/svg+xml",
            sizes: "any",
            content: ICON,
          },
        ],
      },
      // The other layout has a bar with the logo of Swagger UI.
      uiConfig: {
        layout: "BaseLayout",
        displayOperationId: true,
        showExtensions: true,
        validatorUrl: null,
      },
    });
  });
};
