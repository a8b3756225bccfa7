import { startSecantus } from "../../tools/secantus/start.ts";
import type { Fleet, FleetOptions } from "./fleet.ts";
import { startFleet } from "./fleet.ts";

const TWO = { gateway: 2, auth: 2, ai: 2, loop: 2 } as const;

type Replicas = NonNullable<FleetOptions["replicas"]>;

/** Ways to install the platform: what speaks for its store, and how many processes of each service there are. */
const LAYOUTS = {
  "SQLite, 1 of each": { mongo: false, replicas: {} },
  "SQLite, 2 of each, 1 state": { mongo: false, replicas: TWO },
  "MongoDB protocol, 1 of each": { mongo: true, replicas: {} },
  "MongoDB protocol, 2 of each": { mongo: true, replicas: { ...TWO, state: 2 } },
} satisfies Record<string, { readonly mongo: boolean; readonly replicas: Replicas }>;

export type LayoutName = keyof typeof LAYOUTS;
export const LAYOUT_NAMES = Object.keys(LAYOUTS) as readonly LayoutName[];
/** What a layout is compared with: its store with one of each. */
export const BASE: Readonly<Record<LayoutName, LayoutName>> = {
  "SQLite, 1 of each": "SQLite, 1 of each",
  "SQLite, 2 of each, 1 state": "SQLite, 1 of each",
  "MongoDB protocol, 1 of each": "MongoDB protocol, 1 of each",
  "MongoDB protocol, 2 of each": "MongoDB protocol, 1 of each",
};

/** Installs one with a bus and a store of its own. MongoDB's protocol is spoken by SecantusDB, which is no mongod. */
export async function openLayout(name: LayoutName): Promise<Fleet> {
  const { mongo, replicas } = LAYOUTS[name];
  if (!mongo) return startFleet({ replicas });
  const store = await startSecantus({ log: console.log });
  try {
    const place = { url: store.urlOf("scale"), pid: store.pid };
    const fleet = await startFleet({ replicas, mongo: place });
    return {
      ...fleet,
      async close() {
        await fleet.close();
        await store.close();
      },
    };
  } catch (error) {
    await store.close();
    throw error;
  }
}
