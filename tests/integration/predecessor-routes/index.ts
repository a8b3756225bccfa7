import { ADMIN_ROUTES } from "./admin.ts";
import { MODEL_ROUTES } from "./models.ts";
import { STATE_ROUTES } from "./state.ts";

export type { PredecessorRoute } from "./shapes.ts";

/** All routes of the predecessor; the logout is the last one. */
export const PREDECESSOR_ROUTES = [...STATE_ROUTES, ...MODEL_ROUTES, ...ADMIN_ROUTES];
