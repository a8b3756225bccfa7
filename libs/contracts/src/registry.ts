import type { z } from "zod";
import type { CollectionContract } from "./define/collection.ts";
import type { DocumentChange } from "./define/document.ts";
import type { EntityContract } from "./define/entity.ts";
import { isEntity } from "./define/entity.ts";
import type { EventContract } from "./define/event.ts";
import type { RequestContract } from "./define/request.ts";
import * as declared from "./entities.ts";

/* What all entities declare, in one place. Everything generic derives from these lists. */

export const ENTITIES: readonly EntityContract[] = (Object.values(declared) as unknown[]).filter(
  isEntity,
);

export const LOG_EVENTS: readonly EventContract[] = ENTITIES.flatMap(({ events }) =>
  Object.values(events),
);

export const REQUESTS: readonly RequestContract[] = ENTITIES.flatMap(({ requests }) =>
  Object.values(requests),
);

type Declared = (typeof declared)[keyof typeof declared];
type CollectionsOf<One> = One extends { readonly kind: "entity"; readonly collections: infer All }
  ? [keyof All] extends [never]
    ? never
    : All
  : never;
type Intersection<Union> = (Union extends unknown ? (one: Union) => void : never) extends (
  all: infer All,
) => void
  ? All
  : never;
type Collections = Intersection<CollectionsOf<Declared>>;

/** The name of a collection that some entity declares. */
export type CollectionName = keyof Collections;

/** The shape of a collection's documents. */
export type DocumentOf<Name extends CollectionName> = Collections[Name] extends {
  readonly schema: infer Schema extends z.ZodType;
}
  ? z.output<Schema>
  : never;

export const COLLECTIONS: readonly CollectionContract<z.ZodObject, CollectionName>[] =
  ENTITIES.flatMap(
    ({ collections }) =>
      Object.values(collections) as CollectionContract<z.ZodObject, CollectionName>[],
  );

const eventsByType = new Map(LOG_EVENTS.map((contract) => [contract.type, contract]));

/** The contract of an event type, or undefined for one that this version does not know. */
export function eventContract(type: string): EventContract | undefined {
  return eventsByType.get(type);
}

/** The documents that an event of the log changed; none where its type is unknown here or its content was erased. */
export function changesOf(event: {
  type: string;
  data: unknown;
}): DocumentChange<CollectionName>[] {
  const contract = event.data === null ? undefined : eventsByType.get(event.type);
  // A test checks that events change declared collections only.
  return contract ? (contract.changes(event.data) as DocumentChange<CollectionName>[]) : [];
}
