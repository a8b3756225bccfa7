import { z } from "zod";
import { coreChange, loopChange } from "../crystal/changes.ts";
import { coreSchema } from "../crystal/documents.ts";
import { everyone } from "../define/audience.ts";
import { defineEvent } from "../define/event.ts";
import { loopSchema } from "./documents.ts";
import type { Loop } from "./documents.ts";
import { tickSchema } from "./tick.ts";

const loopData = ({ loop }: { loop: Loop }) => ({
  infinity_loop: {
    active: loop.active,
    current_phase: loop.phase,
    iteration: loop.iteration,
    next_at: loop.next_at,
  },
});

const loopState = z.object({ loop: loopSchema });

export const events = {
  /** A tick was accepted: the iteration increased by one, and the cores were computed. */
  iterated: defineEvent({
    summary: "An iteration of the Infinity Loop, with the tick and the cores' power after it",
    data: z.object({ tick: tickSchema, loop: loopSchema, cores: z.array(coreSchema) }),
    changes: ({ loop, cores }) => [loopChange(loop), ...cores.map(coreChange)],
    audience: everyone,
    requires: "read",
    sse: {
      type: "loop_update",
      data: ({ loop, cores }) => ({
        iteration: loop.iteration,
        phase: loop.phase,
        active: loop.active,
        next_at: loop.next_at,
        // The whole of GET /api/cores, so that clients need not ask for it.
        cores: Object.fromEntries(
          cores.map(({ name, status, power, last_update, missed, evidence }) => [
            name,
            { status, power, last_update, missed_iterations: missed, evidence },
          ]),
        ),
      }),
    },
    describe: ({ tick }) => `iteration ${tick.iteration}, phase ${tick.phase}`,
  }),

  started: defineEvent({
    summary: "The loop was started",
    data: loopState,
    changes: ({ loop }) => [loopChange(loop)],
    audience: everyone,
    requires: "read",
    sse: { type: "loop_started", data: loopData },
    describe: () => "the loop was started",
  }),

  stopped: defineEvent({
    summary: "The loop was stopped",
    data: loopState,
    changes: ({ loop }) => [loopChange(loop)],
    audience: everyone,
    requires: "read",
    sse: { type: "loop_stopped", data: loopData },
    describe: () => "the loop was stopped",
  }),
};
