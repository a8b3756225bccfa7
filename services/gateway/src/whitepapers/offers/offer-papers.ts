import type { RequestContext } from "@vega/contracts";
import { VegaError, whitepapers } from "@vega/contracts";
import type { Logger } from "@vega/service-kit";
import { startBackgroundTask } from "@vega/service-kit";
import { createHash } from "node:crypto";
import type { ServiceClient } from "../../service-client.ts";
import type { WhitepaperTexts } from "../texts.ts";
import { composePaper, OFFERED_PAPERS } from "./offers.ts";

const BACKOFF = { minMs: 1_000, maxMs: 60_000 };
const LANGUAGE = "en";

/** Offers the platform's own papers once state is ready, and newer texts of them after an upgrade. @returns stops that */
export function offerPapers(options: {
  readonly services: Pick<ServiceClient, "request">;
  readonly texts: Pick<WhitepaperTexts, "storeMarkdown">;
  readonly context: RequestContext;
  readonly log: Pick<Logger, "info" | "warn">;
}): () => Promise<void> {
  const { services, texts, context, log } = options;
  const task = startBackgroundTask({
    name: "offer whitepapers",
    backoff: BACKOFF,
    async run(signal) {
      const { offers } = await services.request(whitepapers.requests.listOffers, {}, context);
      const known = new Map(offers.map((offer) => [offer.name, offer]));
      for (const paper of OFFERED_PAPERS) {
        signal.throwIfAborted();
        const before = known.get(paper.name);
        if (before && !before.follows) continue;
        const markdown = await composePaper(paper).catch((error: unknown) => {
          // An installation without the documentation: a retry does not help.
          log.warn({ err: error, whitepaper: paper.name }, "whitepaper not offered");
        });
        if (markdown === undefined) continue;
        const sha256 = createHash("sha256").update(markdown).digest("hex");
        if (before?.sha256 === sha256) continue;
        const { name, title } = paper;
        const described = { title, language: LANGUAGE };
        const stored = await texts.storeMarkdown(markdown, described, async () => new Map());
        const text = { ...stored, note: "", written_by: null };
        const input = { name, slug: name, title, language: LANGUAGE, text };
        const { changed } = await services.request(whitepapers.requests.offer, input, context);
        if (changed) log.info({ whitepaper: name }, "whitepaper offered");
      }
    },
    onError(error) {
      const isUnavailable = error instanceof VegaError && error.status === 503;
      if (!isUnavailable) log.warn({ err: error }, "whitepapers were not offered");
    },
  });
  return () => task.stop();
}
