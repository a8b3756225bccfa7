import type { ErrorDetail } from "@vega/contracts";
import { VegaError } from "@vega/contracts";
import type { FastifySchemaCompiler } from "fastify";
import { z } from "zod";
import { expandUnion } from "./union-issues.ts";
import { unknownFields } from "./unknown-fields.ts";

const PART_NAMES: Readonly<Record<string, string>> = {
  body: "the body",
  querystring: "the query",
  params: "the path",
  headers: "a header",
};

function toDetails(schema: z.ZodType, error: z.ZodError): ErrorDetail[] {
  const issues = error.issues.flatMap((issue) => expandUnion(schema, issue));
  return issues.flatMap((issue) => {
    if (issue.code === "unrecognized_keys") return unknownFields(schema, issue);
    const path = issue.path.map((part) => `/${String(part)}`).join("");
    // The issue of a record key is nested one level deeper.
    const inner = issue.code === "invalid_key" ? issue.issues[0]?.message : undefined;
    return [{ path, message: inner ?? issue.message }];
  });
}

const isEmpty = (value: unknown) => {
  for (const _ in value as object) return false;
  return true;
};

/** Validates with zod. Returns the error, as fastify expects: `invalid` with a JSON pointer for each issue. */
export const validatorCompiler: FastifySchemaCompiler<z.ZodType> = ({ schema, httpPart }) => {
  const part = PART_NAMES[httpPart ?? ""] ?? "the request";
  const takesNothing = schema instanceof z.ZodObject && isEmpty(schema.shape);
  return (value: unknown) => {
    // Fast path of most reads: no query parameters are sent and none are known.
    if (takesNothing && httpPart === "querystring" && isEmpty(value)) return { value };
    const result = schema.safeParse(value);
    if (result.success) return { value: result.data };
    // Fastify also passes null for an absent body.
    if (value === null) {
      return {
        error: new VegaError("invalid", `${part} is missing or null; it must be a JSON object`),
      };
    }
    const details = toDetails(schema, result.error);
    const [first] = details;
    const where = first ? `: ${first.path && `${first.path}: `}${first.message}` : "";
    return { error: new VegaError("invalid", `${part} is not valid${where}`, details) };
  };
};

/**
 * Responses are not validated: replies of the services are validated on the bus, and a second validation would cost more
 * than the route. Response schemas serve the OpenAPI document.
 */
export const serializerCompiler = () => (data: unknown) => JSON.stringify(data);
