import { users } from "@vega/contracts";
import type { Instruments, WindowCounter } from "@vega/service-kit";
import type { ErasedMessages } from "./outbox/erased-messages.ts";
import type { Relay } from "./outbox/relay.ts";
import type { Snapshots } from "./snapshots/snapshots.ts";
import type { Scrubbing } from "./retention/scrub.ts";
import type { Writer } from "./log/writer.ts";
import { createWriter } from "./log/writer.ts";
import { countCommits } from "./metrics.ts";
import type { Store } from "./store/store.ts";
import { whenAvailable } from "./store/wait-for-store.ts";
import { traceCommits } from "./traces.ts";

/** The parts that follow the writer's commits; undefined until the start has opened them. */
export interface CommitFollowers {
  relay?: Relay;
  erased?: ErasedMessages;
  mirror?: Snapshots;
}

/** Opens the writer, waiting for the store, and connects it with what follows its commits. */
export async function openWriter(options: {
  readonly store: Store;
  readonly instruments: Instruments;
  readonly timeScale: number;
  readonly followers: Readonly<CommitFollowers>;
  readonly scrubbing: Scrubbing;
  readonly commits: WindowCounter<"ok" | "failed">;
  readonly onCommitFailed: (error: unknown) => void;
}): Promise<Writer> {
  const { store, followers, scrubbing, commits } = options;
  const { log, metrics, tracer } = options.instruments;
  const count = countCommits(metrics);
  const trace = tracer && traceCommits(tracer, store);
  const writer = createWriter({
    store,
    now: () => new Date().toISOString(),
    timeScale: options.timeScale,
    relayed: () => followers.relay?.relayed() ?? 0,
    onAttempt(attempt) {
      count(attempt);
      trace?.(attempt);
    },
    onCommit(entries) {
      commits.count("ok");
      followers.relay?.committed(entries);
      followers.erased?.committed(entries);
      if (entries.some(({ type }) => type === users.events.erased.type)) {
        void followers.mirror?.renew();
        scrubbing.soon();
      }
    },
    onCommitFailed(error) {
      commits.count("failed");
      options.onCommitFailed(error);
      log.warn({ err: error }, "commit failed");
    },
  });
  await whenAvailable(log, () => writer.open());
  return writer;
}
