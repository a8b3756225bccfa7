import { z } from "zod";
import { moduleChange } from "../crystal/changes.ts";
import { everyone } from "../define/audience.ts";
import { defineEvent } from "../define/event.ts";
import { moduleSchema } from "./documents.ts";

export const events = {
  changed: defineEvent({
    summary: "A module was turned on or off",
    data: z.object({ module: moduleSchema }),
    changes: ({ module }) => [moduleChange(module)],
    audience: everyone,
    requires: "read",
    sse: {
      type: "module_changed",
      data: ({ module }) => ({
        module: { name: module.name, status: module.status, description: module.description },
      }),
    },
    describe: ({ module }) => `module ${module.name} is ${module.status}`,
  }),
};
