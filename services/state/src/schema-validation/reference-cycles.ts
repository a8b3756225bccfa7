import type { Json, JsonObject } from "@vega/contracts";

/* A schema that leads back to itself for the same value has no result. JSON Schema Core 2020-12, section 9.4.1. */

/** Keywords whose subschemas see the value itself, not a part of it. */
const ONE = ["not", "if", "then", "else"];
const LIST = ["allOf", "anyOf", "oneOf"];
const MAP = ["dependentSchemas"];
const REFERENCES = ["$ref", "$dynamicRef"];
const ANCHORS = ["$anchor", "$dynamicAnchor"];

const isObject = (value: Json | undefined): value is JsonObject =>
  typeof value === "object" && value !== null && !Array.isArray(value);

const childrenOf = (value: Json): Json[] =>
  typeof value === "object" && value !== null ? Object.values(value) : [];

/** Every object of the schema; also those that are data (`const`, `enum`), which are harmless here. */
export function objectsOf(root: JsonObject): JsonObject[] {
  const found: JsonObject[] = [];
  const open: Json[] = [root];
  for (let value = open.pop(); value !== undefined; value = open.pop()) {
    if (isObject(value)) found.push(value);
    open.push(...childrenOf(value));
  }
  return found;
}

function atPointer(root: JsonObject, pointer: string): Json | undefined {
  let at: Json | undefined = root;
  for (const part of pointer.split("/").slice(1)) {
    const name = part.replaceAll("~1", "/").replaceAll("~0", "~");
    if (typeof at !== "object" || at === null || !Object.hasOwn(at, name)) return undefined;
    at = (at as JsonObject)[name];
  }
  return at;
}

/**
 * Whether references of this document (`#`, `#/…`, `#anchor`) lead in a circle that takes no part of the value. Circles
 * through URIs, and those that depend on dynamic scope, are found by the validator's stack overflow.
 */
export function hasReferenceCycle(root: JsonObject): boolean {
  const objects = objectsOf(root);
  // "#" means the nearest $id, which is not worked out here.
  if (objects.some((object) => object !== root && typeof object["$id"] === "string")) return false;
  const anchors = new Map<string, JsonObject>();
  for (const object of objects) {
    for (const name of ANCHORS) {
      const anchor = object[name];
      if (typeof anchor === "string") anchors.set(anchor, object);
    }
  }
  const target = (reference: Json | undefined): Json | undefined => {
    if (typeof reference !== "string" || !reference.startsWith("#")) return undefined;
    const fragment = decodeFragment(reference.slice(1));
    return fragment === "" || fragment.startsWith("/")
      ? atPointer(root, fragment)
      : anchors.get(fragment);
  };
  const next = (schema: JsonObject): JsonObject[] =>
    [
      ...REFERENCES.map((name) => target(schema[name])),
      ...ONE.map((name) => schema[name]),
      ...[...LIST, ...MAP].flatMap((name) => childrenOf(schema[name] ?? null)),
    ].filter((value) => isObject(value));
  return isCyclic(objects, next);
}

/** Kahn's algorithm: without recursion, whose depth a caller could choose. */
function isCyclic<Node>(nodes: readonly Node[], next: (node: Node) => readonly Node[]): boolean {
  const incoming = new Map(nodes.map((node) => [node, 0]));
  for (const node of nodes) {
    for (const to of next(node)) incoming.set(to, (incoming.get(to) ?? 0) + 1);
  }
  const free = nodes.filter((node) => incoming.get(node) === 0);
  let done = 0;
  for (let node = free.pop(); node !== undefined; node = free.pop()) {
    done += 1;
    for (const to of next(node)) {
      const left = (incoming.get(to) ?? 0) - 1;
      incoming.set(to, left);
      if (left === 0) free.push(to);
    }
  }
  return done < incoming.size;
}

function decodeFragment(fragment: string): string {
  try {
    return decodeURIComponent(fragment);
  } catch {
    return fragment;
  }
}
