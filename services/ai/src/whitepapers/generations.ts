import type { RequestContext } from "@vega/contracts";
import { VegaError, whitepaperGenerations } from "@vega/contracts";
import type { Endpoint } from "@vega/messaging";
import { endpoint, request, serveAll } from "@vega/messaging";
import { withoutPlaybox } from "../chat/disabled-modules.ts";
import type { Target } from "../failover/target.ts";
import { guardRequest } from "../guard/guard.ts";
import { noSuchModel } from "../models/resolve.ts";
import type { GenerationOptions, Requested } from "./run-generation.ts";
import { LEASE_SECONDS, runGeneration } from "./run-generation.ts";

export interface Generations {
  readonly endpoints: Endpoint[];
  /** Number of papers under way. */
  count(): number;
  /** Ends papers under way as failed and stores that. */
  stop(): Promise<void>;
}

/** Papers under way in one process. */
const AT_ONCE = 2;
const RETRY_AFTER_SECONDS = 30;

/** Writes whitepapers with models, in the background of their requests. */
export function createGenerations(options: GenerationOptions): Generations {
  const { bus, models, onFailed, onFault } = options;
  const stopping = new AbortController();
  const underWay = new Map<string, { cancel: AbortController; done: Promise<void> }>();
  let starting = 0;

  /** Throws VegaError where the paper cannot be started. */
  const chainFor = ({ input, off }: Requested): readonly Target[] => {
    const disabled = new Set(off);
    const { title, context: about } = input;
    guardRequest([], { title, context: about }, disabled);
    const resolved = models.resolve(input.model ?? models.preferred());
    if (!resolved.found) throw noSuchModel(resolved.unknown);
    return withoutPlaybox(resolved.chain, disabled);
  };

  const begin = async (asked: Requested, caller: RequestContext) => {
    const chain = chainFor(asked);
    const { owner, input } = asked;
    const begun = await request(
      bus,
      whitepaperGenerations.requests.begin,
      { owner, input, lease_seconds: LEASE_SECONDS },
      caller,
    );
    const { generation } = begun;
    const cancel = new AbortController();
    const signals = { stopping: stopping.signal, cancelled: cancel.signal };
    const done = runGeneration(options, { generation, asked, chain }, signals)
      .catch(onFault)
      .finally(() => underWay.delete(generation.id));
    underWay.set(generation.id, { cancel, done });
    return begun;
  };

  const stopCancels = serveAll(bus, whitepaperGenerations.requests.stop, ({ id }) => {
    const found = underWay.get(id);
    found?.cancel.abort();
    return found && { stopped: 1 };
  });

  return {
    endpoints: [
      endpoint(whitepaperGenerations.requests.generate, async (asked, { context: caller }) => {
        if (stopping.signal.aborted || underWay.size + starting >= AT_ONCE) {
          const message = `${AT_ONCE} whitepapers are being written; try again when one is done`;
          throw VegaError.rateLimited(message, RETRY_AFTER_SECONDS);
        }
        starting += 1;
        try {
          return await begin(asked, caller);
        } catch (error) {
          onFailed(error);
          throw error;
        } finally {
          starting -= 1;
        }
      }),
    ],
    count: () => underWay.size,
    async stop() {
      stopping.abort();
      stopCancels();
      await Promise.all(Array.from(underWay.values(), ({ done }) => done));
    },
  };
}
