import type { JsonObject } from "@vega/contracts";
import { createMessageAccumulator } from "@vega/contracts";
import fc from "fast-check";
import { expect, test } from "vitest";
import { providerStreams } from "../testing/provider-streams.ts";
import { createToolCallNormalizer } from "./normalizer.ts";

test("property: a client gets the intended tool calls, however they are split and labelled", () => {
  fc.assert(
    fc.property(providerStreams, ({ deltas, meant }) => {
      let made = 0;
      const normalizer = createToolCallNormalizer(() => `made-${(made += 1)}`);
      const answer = createMessageAccumulator();
      const opened: unknown[] = [];
      for (const delta of deltas) {
        const sent = normalizer.normalize(delta);
        if (!sent) continue;
        answer.add(sent);
        for (const { index, id, type, function: body } of sent.tool_calls as JsonObject[]) {
          const isFirst = !opened.includes(index);
          const labels = [id, type, (body as JsonObject).name].map((one) => one !== undefined);
          expect(labels).toEqual([isFirst, isFirst, isFirst]);
          if (isFirst) opened.push(index);
        }
      }
      expect(opened).toEqual(meant.map((_, at) => at));
      let expected = 0;
      expect(answer.toolCalls()).toEqual(
        meant.map(({ id, name, args }) => ({
          id: id ?? `made-${(expected += 1)}`,
          type: "function",
          function: { name, arguments: args },
        })),
      );
      expect(normalizer.hasNameless()).toBe(false);
    }),
    { numRuns: 1_000 },
  );
});
