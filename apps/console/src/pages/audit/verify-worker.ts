import type { ChainEntry, Progress, Range } from "./chain.ts";
import { verifyPage } from "./chain.ts";

/* Verifies page after page of the log beside the page, which stays responsive. */

declare function postMessage(message: Progress): void;
declare function addEventListener(
  type: "message",
  listener: (event: MessageEvent<{ entries: ChainEntry[]; compacted: Range[] }>) => void,
): void;

let progress: Progress = { verified: 0, compacted: 0 };

addEventListener("message", ({ data }) => {
  progress = verifyPage(progress, data.entries, data.compacted);
  postMessage(progress);
});
