import type { CollectionContract, CollectionDeclaration } from "./collection.ts";
import type { EventContract, EventDeclaration } from "./event.ts";
import type { RequestContract } from "./request.ts";

type Collections<Declared> = {
  readonly [Name in keyof Declared & string]: Declared[Name] extends CollectionDeclaration<
    infer Schema
  >
    ? CollectionContract<Schema, Name>
    : never;
};

type Events<Entity extends string, Declared> = {
  readonly [Happened in keyof Declared & string]: Declared[Happened] extends EventDeclaration<
    infer Data,
    infer Type
  >
    ? EventContract<Data, [Type] extends [never] ? `vega.${Entity}.${Happened}.v1` : Type>
    : never;
};

/** An entity: its collections, requests and events. */
export interface EntityContract {
  readonly kind: "entity";
  /** Singular, as event types have it. */
  readonly name: string;
  readonly collections: Readonly<Record<string, CollectionContract>>;
  readonly requests: Readonly<Record<string, RequestContract>>;
  // Its own callbacks take data of its own schema; the registry passes what that schema has parsed.
  readonly events: Readonly<Record<string, EventContract>>;
}

/**
 * Declares an entity. Bus permissions, AsyncAPI, event tables, SSE, history sentences, store collections, validators,
 * erasure and account export derive from the declaration.
 */
export function defineEntity<
  const Entity extends string,
  const C extends Readonly<Record<string, CollectionDeclaration>>,
  const R extends Readonly<Record<string, RequestContract>>,
  const E extends Readonly<Record<string, AnyEvent>>,
>(name: Entity, face: { collections: C; requests: R; events: E }) {
  const collections = Object.entries(face.collections).map(([key, declared]) => [
    key,
    { name: key, ...declared },
  ]);
  const events = Object.entries(face.events).map(([happened, declared]) => {
    const type = declared.type ?? `vega.${name}.${happened}.v1`;
    return [happened, { ...declared, type, subject: subjectOf(type) }];
  });
  return {
    kind: "entity" as const,
    name,
    collections: Object.fromEntries(collections) as Collections<C>,
    requests: face.requests,
    events: Object.fromEntries(events) as Events<Entity, E>,
  };
}

// oxlint-disable-next-line typescript/no-explicit-any -- callbacks are contravariant in their data
type AnyEvent = EventDeclaration<any, any>;

/** `vega.agent.changed.v1` → `vega.events.agent.changed` */
const subjectOf = (type: string): string => `vega.events.${type.split(".").slice(1, 3).join(".")}`;

/** Whether an export of the contracts is an entity. */
export const isEntity = (value: unknown): value is EntityContract =>
  typeof value === "object" && value !== null && "kind" in value && value.kind === "entity";
