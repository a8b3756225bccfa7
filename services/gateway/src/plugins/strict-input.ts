import fp from "fastify-plugin";
import { z } from "zod";

/** Makes an object strict unless it is declared loose. `strict()` drops the metadata, so it is set again. */
function refuseUnknown(schema: unknown): unknown {
  if (!(schema instanceof z.ZodObject) || schema.def.catchall !== undefined) return schema;
  return schema.strict().meta({ ...schema.meta() });
}

/**
 * Refuses unknown fields of bodies and unknown query parameters. To drop them silently does harm: with `ttl` in place of
 * `ttl_seconds` a value would never expire. Routes that accept any field declare a loose object. Routes without a body or
 * query ignore both, since legacy clients send `{}` or cache busters such as `?t=…`.
 */
export const strictInput = fp(async (app) => {
  app.addHook("onRoute", (route) => {
    const { schema } = route;
    // Pages and files of plugins accept any query.
    if (!schema || schema.hide) return;
    route.schema = {
      ...schema,
      ...(schema.querystring !== undefined && { querystring: refuseUnknown(schema.querystring) }),
      ...(schema.body !== undefined && { body: refuseUnknown(schema.body) }),
    };
  });
});
