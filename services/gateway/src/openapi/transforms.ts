import type { FastifyDynamicSwaggerOptions } from "@fastify/swagger";
import {
  createJsonSchemaTransform,
  createJsonSchemaTransformObject,
} from "fastify-type-provider-zod";
import { isPublic } from "../access/access.ts";
import { components } from "./components.ts";
import "./contract-components.ts";
import { finishDocument } from "./finish-document.ts";

/** Any of these proves the identity of a caller. */
const CREDENTIALS = [{ bearer: [] }, { cookie: [] }];

const toJsonSchema = createJsonSchemaTransform({ schemaRegistry: components });
const addComponents = createJsonSchemaTransformObject({ schemaRegistry: components });

/** JSON Schema for the zod schemas of a route; access and credentials from its `config.access`. */
export const transformOperation: NonNullable<FastifyDynamicSwaggerOptions["transform"]> = (
  input,
) => {
  const { schema, url } = toJsonSchema(input);
  const access = input.route.config?.access;
  if (!access || access === "open") return { schema, url };
  // An anonymous caller may use these where VEGA_PUBLIC_READS allows it.
  const security = isPublic(access) ? [{}, ...CREDENTIALS] : CREDENTIALS;
  return { schema: Object.assign({}, schema, { security, "x-access": access }), url };
};

export const transformDocument: NonNullable<FastifyDynamicSwaggerOptions["transformObject"]> = (
  input,
) => finishDocument(addComponents(input));
