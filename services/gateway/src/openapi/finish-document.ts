import type { Json, JsonObject } from "@vega/contracts";

/* The last step of the OpenAPI document: what the generator leaves out or gets wrong. */

/** Descriptions of responses whose schema has none. */
const DESCRIPTIONS: Readonly<Record<string, string>> = {
  "200": "The request succeeded",
  "201": "Created",
  "202": "Accepted; processing continues",
  "503": "Not ready",
};
const GENERATED_DESCRIPTION = "Default Response";

const REFERENCE = "#/components/schemas/";

const isObject = (value: Json | undefined): value is JsonObject =>
  typeof value === "object" && value !== null && !Array.isArray(value);

function describeResponses(operation: JsonObject): void {
  const responses = isObject(operation["responses"]) ? operation["responses"] : {};
  for (const [status, response] of Object.entries(responses)) {
    if (isObject(response) && response["description"] === GENERATED_DESCRIPTION) {
      response["description"] = DESCRIPTIONS[status] ?? "A response";
    }
  }
}

/** Moves the example of a body from its schema, where zod's metadata puts it, to the place that tools read first. */
function placeExample(operation: JsonObject): void {
  const body = isObject(operation["requestBody"]) ? operation["requestBody"] : {};
  const content = isObject(body["content"]) ? body["content"] : {};
  for (const media of Object.values(content).filter(isObject)) {
    const schema = isObject(media["schema"]) ? media["schema"] : {};
    if (schema["example"] === undefined) continue;
    media["example"] = schema["example"];
    delete schema["example"];
  }
}

/** Removes what zod adds to every integer and every formatted string: the range of doubles, patterns beside formats. */
function simplify(value: Json | undefined): void {
  if (Array.isArray(value)) for (const item of value) simplify(item);
  if (!isObject(value)) return;
  if (value["type"] === "integer") {
    if (value["maximum"] === Number.MAX_SAFE_INTEGER) delete value["maximum"];
    if (value["minimum"] === Number.MIN_SAFE_INTEGER) delete value["minimum"];
  }
  if (typeof value["format"] === "string" && typeof value["pattern"] === "string") {
    delete value["pattern"];
  }
  for (const item of Object.values(value)) simplify(item);
}

/** Path templates of OpenAPI have names: `{*}`, fastify's wildcard, becomes `{id}`. */
function nameWildcards(operation: JsonObject): void {
  const parameters = Array.isArray(operation["parameters"]) ? operation["parameters"] : [];
  for (const parameter of parameters) {
    if (isObject(parameter) && parameter["name"] === "*") parameter["name"] = "id";
  }
}

function* referencesIn(value: Json | undefined): Generator<string> {
  if (Array.isArray(value)) for (const item of value) yield* referencesIn(item);
  if (!isObject(value)) return;
  const reference = value["$ref"];
  if (typeof reference === "string" && reference.startsWith(REFERENCE)) {
    yield reference.slice(REFERENCE.length);
  }
  for (const item of Object.values(value)) yield* referencesIn(item);
}

/** The schemas that paths refer to, directly or through others; the generator emits each one twice. */
function usedSchemas(paths: JsonObject, schemas: JsonObject): JsonObject {
  const used = new Set<string>();
  const visit = (value: Json | undefined) => {
    for (const name of referencesIn(value)) {
      if (used.has(name)) continue;
      used.add(name);
      visit(schemas[name]);
    }
  };
  visit(paths);
  return Object.fromEntries(
    [...used].toSorted().map((name) => {
      const schema = schemas[name];
      if (schema === undefined) throw new Error(`the schema ${name} is not registered`);
      return [name, schema];
    }),
  );
}

/** Completes a generated document, which stays as it is. */
export function finishDocument<Document extends object>(generated: Document): Document {
  const document = JSON.parse(JSON.stringify(generated)) as JsonObject;
  simplify(document);
  const paths: JsonObject = {};
  for (const [path, methods] of Object.entries(document["paths"] as JsonObject)) {
    if (!isObject(methods)) continue;
    for (const operation of Object.values(methods).filter(isObject)) {
      describeResponses(operation);
      nameWildcards(operation);
      placeExample(operation);
    }
    paths[path.replace("{*}", "{id}")] = methods;
  }
  const all = document["components"] as JsonObject;
  const schemas = usedSchemas(paths, all["schemas"] as JsonObject);
  return { ...generated, paths, components: { ...all, schemas } };
}
