import type { ErrorDetail } from "@vega/contracts";
import { VegaError } from "@vega/contracts";
import type { FastifySchemaCompiler } from "fastify";
import type { z } from "zod";

const PART_NAMES: Readonly<Record<string, string>> = {
  body: "the body",
  querystring: "the query",
  params: "the path",
  headers: "a header",
};

function detailsOf(error: z.ZodError): ErrorDetail[] {
  return error.issues.map((issue) => {
    const path = issue.path.map((part) => `/${String(part)}`).join("");
    // What is wrong with a key of a record is one level further down.
    const inner = issue.code === "invalid_key" ? issue.issues[0]?.message : undefined;
    return { path, message: inner ?? issue.message };
  });
}

/** Validates with zod; throws nothing, as fastify wants it: `invalid` with a JSON pointer for each fault. */
export const validatorCompiler: FastifySchemaCompiler<z.ZodType> = ({ schema, httpPart }) => {
  const part = PART_NAMES[httpPart ?? ""] ?? "the request";
  return (value: unknown) => {
    const result = schema.safeParse(value);
    if (result.success) return { value: result.data };
    // Fastify has null for a body that was not sent.
    if (value === null) return { error: new VegaError("invalid", `${part} is missing`) };
    const details = detailsOf(result.error);
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
