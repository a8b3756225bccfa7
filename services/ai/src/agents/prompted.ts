import { memory } from "@vega/contracts";
import { request } from "@vega/messaging";
import { memoryText } from "../chat/memory.ts";
import type { RecalledEntry } from "../chat/memory.ts";
import type { DisabledModules } from "../chat/disabled-modules.ts";
import { addSystemTexts } from "../models/system-message.ts";
import { guardMemory } from "../guard/guard.ts";
import type { Worker } from "./job.ts";

/** Characters of memory in the prompt, and of the completion stored in memory. */
const MAX_CHARACTERS = 8_000;

/** An agent defined by an operator: completes its prompt and stores the result in memory. */
export const prompted: Worker = {
  async work({ bus, context, definition, models, now, disabled, run }) {
    const { name, prompt, memory_namespace: namespace } = definition;
    if (prompt === null) throw new Error(`${name} has no prompt`);
    const remembered =
      namespace === null || disabled.has("mind")
        ? []
        : newestOf(
            (await request(bus, memory.requests.list, { namespace }, context)).entries,
            disabled,
          );
    const at = new Date(now()).toISOString();
    const about = `You are ${name}, an agent of VEGA. It is ${at}, iteration ${run.iteration}. There is no user to ask: carry out the task and report the result.`;
    const known = remembered.length > 0 ? [memoryText(remembered)] : [];
    const task = [{ role: "user", content: prompt }];
    const text = await models.complete(addSystemTexts(task, [about, ...known]));
    const written_by = models.isAvailable() ? ("model" as const) : ("evidence" as const);
    const data = { remembered: remembered.map(({ key }) => key) };
    if (namespace === null) return { text, written_by, data };
    return {
      text,
      written_by,
      data,
      async sync() {
        const value = {
          text: text.slice(0, MAX_CHARACTERS).toWellFormed(),
          iteration: run.iteration,
          at,
          by: models.spent().model,
        };
        await request(
          bus,
          memory.requests.put,
          { namespace, values: [{ key: name, value }] },
          context,
        );
        return { memory: `${namespace}/${name}` };
      },
    };
  },
};

/** Without entries that contain secrets or instructions: a memory may have many writers. */
function newestOf(
  entries: readonly (RecalledEntry & { updated_at: string })[],
  disabled: DisabledModules,
): RecalledEntry[] {
  let room = MAX_CHARACTERS;
  const newest = entries.toSorted((a, b) => (a.updated_at < b.updated_at ? 1 : -1));
  return guardMemory(newest, disabled).entries.filter(
    ({ value }) => (room -= JSON.stringify(value).length) >= 0,
  );
}
