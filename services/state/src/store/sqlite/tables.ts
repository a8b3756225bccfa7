/** The table of a collection, as plain data: the worker imports no contracts, which would make its start slow. */
export interface Table {
  readonly name: string;
  /** Fields of documents that are indexed. */
  readonly indexed: readonly string[];
  /** It has an index of terms: see search.ts. */
  readonly searched: boolean;
}

/** The declared tables by name; a name from elsewhere never gets into a statement. */
export interface Tables {
  readonly all: readonly Table[];
  /** Throws where the name is not declared. */
  named(name: string): string;
}

export function createTables(all: readonly Table[]): Tables {
  const names = new Set(all.map(({ name }) => name));
  return {
    all,
    named(name) {
      if (!names.has(name)) throw new Error(`there is no collection ${name}`);
      return name;
    },
  };
}
