import { COLLECTIONS } from "@vega/contracts";
import type { Db, IndexDescription } from "mongodb";
import { MongoServerError } from "mongodb";
import type { z } from "zod";
import { LOG, LOG_HEAD, storedEntrySchema, storedHeadSchema } from "./documents.ts";
import { StoreUnsuitableError } from "../store.ts";
import { NAMESPACE_EXISTS } from "./errors.ts";
import { toMongoSchema } from "./json-schema.ts";
import type { Validator } from "./validators.ts";
import { isOutdated, markedValidator } from "./validators.ts";

/** Wire version of MongoDB 5.0. */
const MIN_WIRE_VERSION = 13;

interface Plan {
  readonly name: string;
  readonly validator: Validator;
  readonly indexes: readonly (IndexDescription & { name: string })[];
}

/** As the server lists a collection; the driver's type leaves out the options. */
interface Listed {
  readonly name: string;
  readonly options?: { readonly validator?: unknown };
}

/** Throws StoreUnsuitableError where it has no transactions. */
export async function refuseUnsuitableServer(db: Db): Promise<void> {
  const hello = await db.admin().command({ hello: 1 });
  if (hello["setName"] === undefined && hello["msg"] !== "isdbgrid") {
    throw new StoreUnsuitableError(
      "the MongoDB server is a standalone, which has no transactions: start mongod with --replSet <name> " +
        "and run rs.initiate() once; a replica set of one will do",
    );
  }
  if (Number(hello["maxWireVersion"]) < MIN_WIRE_VERSION) {
    throw new StoreUnsuitableError("the MongoDB server is too old: VEGA needs 5.0 or newer");
  }
}

/**
 * Makes every collection with its validator and its indexes, and brings validators of older versions up to date; those of
 * newer versions stay. May run at every start and in several replicas at once.
 * @returns how many validators were set
 */
export async function setUp(db: Db): Promise<number> {
  const found = await db.listCollections().toArray();
  const validators = new Map(found.map((info) => [info.name, validatorOf(info)]));
  let set = 0;
  for (const { name, validator, indexes } of PLANS) {
    if (isOutdated(validators.get(name), validator) && (await validate(db, name, validator))) {
      set += 1;
    }
    if (indexes.length > 0) await db.collection(name).createIndexes([...indexes]);
  }
  return set;
}

const validatorOf = (info: Listed | undefined) => info?.options?.validator;

async function validate(db: Db, name: string, validator: Validator): Promise<boolean> {
  const validation = { validator, validationLevel: "strict", validationAction: "error" };
  try {
    await db.createCollection(name, validation);
    return true;
  } catch (error) {
    if (!(error instanceof MongoServerError) || error.code !== NAMESPACE_EXISTS) throw error;
  }
  // Again: a newer replica may have come first.
  const [info] = await db.listCollections({ name }).toArray();
  if (!isOutdated(validatorOf(info), validator)) return false;
  await db.command({ collMod: name, ...validation });
  return true;
}

const validatorFor = (schema: z.ZodType) => markedValidator(toMongoSchema(schema));

const documentPlans = COLLECTIONS.map(({ name, schema, indexes, search }): Plan => {
  const searchIndex = {
    // A value alone finds its documents in the order of results.
    key: { "search.keys": 1, "search.newest": -1, _id: 1 },
    name: `${name}_search`,
    partialFilterExpression: { "search.newest": { $exists: true } },
  } as const;
  return {
    name,
    validator: markedValidator({
      bsonType: "object",
      properties: { _id: { bsonType: "string" }, body: toMongoSchema(schema) },
      required: ["_id", "body"],
    }),
    indexes: [
      ...(search ? [searchIndex] : []),
      ...indexes.map(({ field, sparse }) => {
        const [path, indexName] = [`body.${field}`, `${name}_${field}`];
        if (!sparse) return { key: { [path]: 1 }, name: indexName };
        // MongoDB's own sparse indexes leave out what is missing, but not what is null.
        const partialFilterExpression = { [path]: { $type: "string" } };
        return { key: { [path]: 1 }, name: indexName, partialFilterExpression };
      }),
    ],
  };
});

const PLANS: readonly Plan[] = [
  ...documentPlans,
  {
    name: LOG,
    validator: validatorFor(storedEntrySchema),
    indexes: [
      { key: { sequence: 1 }, name: "log_sequence", unique: true },
      { key: { subject: 1, sequence: 1 }, name: "log_subject_sequence" },
      { key: { type: 1, sequence: 1 }, name: "log_type_sequence" },
      { key: { "context.actor.id": 1, sequence: 1 }, name: "log_actor_sequence" },
    ],
  },
  { name: LOG_HEAD, validator: validatorFor(storedHeadSchema), indexes: [] },
];
