import type { CloudEvent, Loop, Tick } from "@vega/contracts";
import {
  VegaError,
  changesOf,
  crystal,
  loop as loopContract,
  systemContext,
} from "@vega/contracts";
import type { Bus, Follower } from "@vega/messaging";
import { followLog, request } from "@vega/messaging";

/** Where the loop stands according to the log, kept up with every event. */
export interface LoopPosition {
  /** Undefined until the log was read for the first time. */
  loop(): Loop | undefined;
  /**
   * Waits until the log has passed a tick's iteration.
   * @returns whether it was this very tick, and the log's sequence then.
   * Throws VegaError `timeout`.
   */
  confirmed(tick: Tick, timeoutMs: number): Promise<{ ours: boolean; sequence: number }>;
  readonly follower: Follower;
}

interface Waiter {
  readonly tick: Tick;
  readonly resolve: (answer: { ours: boolean; sequence: number }) => void;
}

const same = (a: Tick, b: Tick) => a.iteration === b.iteration && a.actual_at === b.actual_at;

/** Follows the loop's document in the log. @param onChange after each change of it. */
export async function followLoop(bus: Bus, onChange: () => void): Promise<LoopPosition> {
  let loop: Loop | undefined;
  let newest: { tick: Tick; sequence: number } | undefined;
  let sequence = 0;
  const waiters = new Set<Waiter>();

  const settle = (waiter: Waiter) => {
    if (newest && same(newest.tick, waiter.tick)) {
      waiter.resolve({ ours: true, sequence: newest.sequence });
    } else if (loop && loop.iteration >= waiter.tick.iteration) {
      waiter.resolve({ ours: false, sequence });
    }
  };
  const changed = () => {
    onChange();
    for (const waiter of waiters) settle(waiter);
  };

  const follower = await followLog(bus, {
    service: "loop",
    async load() {
      const answer = await request(bus, crystal.requests.get, {}, systemContext("loop"));
      ({ sequence } = answer);
      ({ loop } = answer.crystal);
      changed();
      return { sequence, logId: answer.log_id };
    },
    apply(event: CloudEvent) {
      ({ sequence } = event);
      for (const { collection, id, body } of changesOf(event)) {
        if (collection !== "system_state" || id !== "loop" || body === null) continue;
        loop = body as unknown as Loop;
        if (event.type === loopContract.events.iterated.type) {
          newest = { tick: loopContract.events.iterated.data.parse(event.data).tick, sequence };
        }
        changed();
      }
    },
  });

  return {
    loop: () => loop,
    follower,
    confirmed(tick, timeoutMs) {
      const { promise, resolve, reject } = Promise.withResolvers<{
        ours: boolean;
        sequence: number;
      }>();
      const waiter = { tick, resolve };
      const timer = setTimeout(
        () => reject(new VegaError("timeout", "the log does not show the iteration yet")),
        timeoutMs,
      );
      waiters.add(waiter);
      settle(waiter);
      return promise.finally(() => {
        clearTimeout(timer);
        waiters.delete(waiter);
      });
    },
  };
}
