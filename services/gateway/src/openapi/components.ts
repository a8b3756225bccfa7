import { z } from "zod";

/** Metadata of this registry over the metadata of `.meta()`, so that components keep their descriptions. */
class ComponentMetadata extends WeakMap<z.core.$ZodType, z.core.GlobalMeta> {
  override get(schema: z.core.$ZodType): z.core.GlobalMeta | undefined {
    return super.get(schema) ?? z.globalRegistry._map.get(schema);
  }

  override has(schema: z.core.$ZodType): boolean {
    return super.has(schema) || z.globalRegistry._map.has(schema);
  }
}

/** Schemas under `components/schemas`. Not zod's global registry: ids there would change the AsyncAPI document. */
export const components = z.registry<z.core.GlobalMeta>();
components._map = new ComponentMetadata();

/** Gives a schema a name in the OpenAPI document: each use is a `$ref`. */
export function component<Schema extends z.ZodType>(id: string, schema: Schema): Schema {
  components.add(schema, { ...z.globalRegistry.get(schema), id });
  return schema;
}
