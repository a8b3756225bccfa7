import fp from "fastify-plugin";
import { z } from "zod";

/** A schema that says nothing of unknown fields is one that refuses them; a loose one stays loose. */
const refuseUnknown = (schema: unknown): unknown =>
  schema instanceof z.ZodObject && schema.def.catchall === undefined ? schema.strict() : schema;

/**
 * A request may only say what its route reads. What is dropped without a word does harm: a value that was to live
 * for `ttl` seconds, where the name is `ttl_seconds`, would stay for ever.
 *
 * A route that wants any fields takes a loose object. A route without a body or a query does not look at what is sent
 * as one: it is described as needing none, and the predecessor's clients may send `{}` or more, or `?t=…` so that
 * no cache answers.
 */
export const strictInput = fp(async (app) => {
  app.addHook("onRoute", (route) => {
    const { schema } = route;
    // Pages and the files of plugins: what links to them may say what it likes.
    if (!schema || schema.hide) return;
    route.schema = {
      ...schema,
      ...(schema.querystring !== undefined && { querystring: refuseUnknown(schema.querystring) }),
      ...(schema.body !== undefined && { body: refuseUnknown(schema.body) }),
    };
  });
});
