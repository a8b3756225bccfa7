import { startSecantus } from "../../../tools/secantus/start.ts";
import type { TestCluster, TestClusterOptions } from "../../src/cluster/test-cluster.ts";
import { startTestCluster } from "../../src/cluster/test-cluster.ts";

const TWO = { gateway: 2, auth: 2, ai: 2, loop: 2 } as const;

type Replicas = NonNullable<TestClusterOptions["replicas"]>;

/** Layouts of a cluster: its store, and the number of processes of each service. */
const LAYOUTS = {
  "SQLite, 1 of each": { mongo: false, replicas: {} },
  "SQLite, 2 of each, 1 state": { mongo: false, replicas: TWO },
  "MongoDB protocol, 1 of each": { mongo: true, replicas: {} },
  "MongoDB protocol, 2 of each": { mongo: true, replicas: { ...TWO, state: 2 } },
} satisfies Record<string, { readonly mongo: boolean; readonly replicas: Replicas }>;

export type LayoutName = keyof typeof LAYOUTS;
export const LAYOUT_NAMES = Object.keys(LAYOUTS) as readonly LayoutName[];
/** The baseline of a layout: the same store with one of each. */
export const BASE: Readonly<Record<LayoutName, LayoutName>> = {
  "SQLite, 1 of each": "SQLite, 1 of each",
  "SQLite, 2 of each, 1 state": "SQLite, 1 of each",
  "MongoDB protocol, 1 of each": "MongoDB protocol, 1 of each",
  "MongoDB protocol, 2 of each": "MongoDB protocol, 1 of each",
};

/** Starts a cluster with its own bus and store. SecantusDB stands in for MongoDB. */
export async function openLayout(name: LayoutName): Promise<TestCluster> {
  const { mongo, replicas } = LAYOUTS[name];
  if (!mongo) return startTestCluster({ replicas });
  const store = await startSecantus({ log: console.log });
  try {
    const place = { url: store.urlOf("scale"), pid: store.pid };
    const cluster = await startTestCluster({ replicas, mongo: place });
    return {
      ...cluster,
      async close() {
        await cluster.close();
        await store.close();
      },
    };
  } catch (error) {
    await store.close();
    throw error;
  }
}
