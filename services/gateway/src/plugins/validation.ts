import type { ErrorDetail } from "@vega/contracts";
import { VegaError } from "@vega/contracts";
import type { FastifySchemaCompiler } from "fastify";
import { z } from "zod";
import { unknownFields } from "./unknown-fields.ts";

const PART_NAMES: Readonly<Record<string, string>> = {
  body: "the body",
  querystring: "the query",
  params: "the path",
  headers: "a header",
};

function detailsOf(schema: z.ZodType, error: z.ZodError): ErrorDetail[] {
  return error.issues.flatMap((issue) => {
    if (issue.code === "unrecognized_keys") return unknownFields(schema, issue);
    const path = issue.path.map((part) => `/${String(part)}`).join("");
    // What is wrong with a key of a record is one level further down.
    const inner = issue.code === "invalid_key" ? issue.issues[0]?.message : undefined;
    return [{ path, message: inner ?? issue.message }];
  });
}

const isEmpty = (value: unknown) => {
  for (const _ in value as object) return false;
  return true;
};

/** Validates with zod; throws nothing, as fastify wants it: `invalid` with a JSON pointer for each fault. */
export const validatorCompiler: FastifySchemaCompiler<z.ZodType> = ({ schema, httpPart }) => {
  const part = PART_NAMES[httpPart ?? ""] ?? "the request";
  const takesNothing = schema instanceof z.ZodObject && isEmpty(schema.shape);
  return (value: unknown) => {
    // Most reads: no query, where none is known. Worth more than to ask zod.
    if (takesNothing && httpPart === "querystring" && isEmpty(value)) return { value };
    const result = schema.safeParse(value);
    if (result.success) return { value: result.data };
    // Fastify has null for a body that was not sent, too.
    if (value === null) {
      return {
        error: new VegaError("invalid", `${part} is missing or null; it must be a JSON object`),
      };
    }
    const details = detailsOf(schema, result.error);
    const [first] = details;
    const where = first ? `: ${first.path && `${first.path}: `}${first.message}` : "";
    return { error: new VegaError("invalid", `${part} is not valid${where}`, details) };
  };
};

/**
 * Answers come from our own services, validated on the bus: to validate them once more would cost more than
 * to serve them. The schemas of answers are for the document.
 */
export const serializerCompiler = () => (data: unknown) => JSON.stringify(data);
