import { readNamespace, storedNamespace } from "@vega/contracts";
import type { Query, Store } from "../../store/store.ts";

/** Beyond every id that starts with a text. */
const LAST = "\u{10FFFF}";

interface Listed {
  readonly namespace: string;
  readonly has_schema: boolean;
}

/** The ids of an owner's documents. Names of shared namespaces do not begin with the mark of an owner. */
const rangesOf = (owner: string | null): readonly Query[] =>
  owner === null
    ? [{ before: "~" }, { after: `~${LAST}` }]
    : [{ prefix: storedNamespace(owner, "") }];

/**
 * The namespaces of an owner that have values or a schema, in their order. Each takes one indexed read, whatever the
 * number of its values: the next id beyond all of the namespace before it.
 * @param owner null: shared
 * @returns one more than the limit where there are more
 */
export async function readNamespaces(
  store: Pick<Store, "query">,
  { owner, after = "", limit }: { owner: string | null; after?: string | undefined; limit: number },
): Promise<Listed[]> {
  const start = after === "" ? "" : `${storedNamespace(owner, after)}/${LAST}`;
  const schemas = new Set<string>();
  const names = new Set<string>();
  for (const range of rangesOf(owner)) {
    for (const { id } of await store.query("memory_namespaces", range)) {
      schemas.add(readNamespace(id).namespace);
    }
    let from = [range.after ?? "", start].toSorted().at(-1) ?? "";
    for (let count = 0; count <= limit; count += 1) {
      const beyond = from === "" ? {} : { after: from };
      const [found] = await store.query("memory", { ...range, ...beyond, limit: 1 });
      if (!found) break;
      const stored = found.id.slice(0, found.id.indexOf("/"));
      names.add(readNamespace(stored).namespace);
      from = `${stored}/${LAST}`;
    }
  }
  return [...names.union(schemas)]
    .filter((namespace) => namespace > after)
    .toSorted()
    .slice(0, limit + 1)
    .map((namespace) => ({ namespace, has_schema: schemas.has(namespace) }));
}
