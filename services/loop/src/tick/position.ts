import type { CloudEvent, Loop, Tick } from "@vega/contracts";
import { VegaError, changesOf, crystal, loop, loopSchema, systemContext } from "@vega/contracts";
import type { Bus, Follower } from "@vega/messaging";
import { followLog, request } from "@vega/messaging";

/** The position of the loop according to the log. */
export interface LoopPosition {
  /** Undefined before the first read of the log. */
  loop(): Loop | undefined;
  /**
   * Waits until the log has the iteration of a tick.
   * @returns whether the log has exactly this tick, and the sequence
   * @throws VegaError `timeout`
   */
  confirmed(tick: Tick, timeoutMs: number): Promise<{ ours: boolean; sequence: number }>;
  readonly follower: Follower;
}

interface Waiter {
  readonly tick: Tick;
  readonly resolve: (result: { ours: boolean; sequence: number }) => void;
}

const same = (a: Tick, b: Tick) => a.iteration === b.iteration && a.actual_at === b.actual_at;

/** Follows the document of the loop in the log. @param onChange called after each change */
export async function followLoop(bus: Bus, onChange: () => void): Promise<LoopPosition> {
  let current: Loop | undefined;
  let newest: { tick: Tick; sequence: number } | undefined;
  let sequence = 0;
  const waiters = new Set<Waiter>();

  const settle = (waiter: Waiter) => {
    if (newest && same(newest.tick, waiter.tick)) {
      waiter.resolve({ ours: true, sequence: newest.sequence });
    } else if (current && current.iteration >= waiter.tick.iteration) {
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
      const reply = await request(bus, crystal.requests.get, {}, systemContext("loop"));
      ({ sequence } = reply);
      current = reply.crystal.loop;
      changed();
      return { sequence, logId: reply.log_id };
    },
    apply(event: CloudEvent) {
      ({ sequence } = event);
      for (const { collection, id, body } of changesOf(event)) {
        if (collection !== "system_state" || id !== "loop" || body === null) continue;
        current = loopSchema.parse(body);
        if (event.type === loop.events.iterated.type) {
          newest = { tick: loop.events.iterated.data.parse(event.data).tick, sequence };
        }
        changed();
      }
    },
  });

  return {
    loop: () => current,
    follower,
    confirmed(tick, timeoutMs) {
      const { promise, resolve, reject } = Promise.withResolvers<{
        ours: boolean;
        sequence: number;
      }>();
      const waiter = { tick, resolve };
      const timer = setTimeout(
        () => reject(new VegaError("timeout", "the iteration is not in the log yet")),
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
