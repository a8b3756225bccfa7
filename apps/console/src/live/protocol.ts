import type { SseEvent } from "@vega/contracts/define/apply";

/** The state of the event stream. `refused`: the server closed it permanently, such as after the end of the session. */
export type Connection = "connecting" | "live" | "offline" | "refused";

/** From the stream to its tabs. */
export type ToTab =
  | { readonly kind: "connection"; readonly connection: Connection }
  | { readonly kind: "event"; readonly event: SseEvent };

/** From a tab to the stream. `restart`: another account; `close`: the tab ends. */
export type ToStream = "restart" | "close";

export type { SseEvent };
