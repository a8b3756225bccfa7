import type { GenerationInput, JsonObject } from "@vega/contracts";
import { expect, test } from "vitest";
import { readOutline } from "./outline.ts";
import { writePaper } from "./write-paper.ts";

const input = (more: Partial<GenerationInput> = {}): GenerationInput => ({
  title: "Ravens",
  context: "For birdwatchers.",
  length: "medium",
  language: "en",
  model: null,
  ...more,
});

/** A model that replies from a list, and records what it was asked. */
function model(...replies: string[]) {
  const asked: { prompt: string; maxTokens: number }[] = [];
  const complete = async (messages: readonly JsonObject[], maxTokens: number) => {
    asked.push({ prompt: messages.map(({ content }) => content).join("\n"), maxTokens });
    return replies.shift() ?? "more";
  };
  return { asked, complete };
}

test("a short paper is one completion", async () => {
  const { asked, complete } = model("# Ravens\n\n## Memory\n\nThey remember.");
  const progress: object[] = [];
  const text = await writePaper(input({ length: "short" }), complete, async (now) => {
    progress.push(now);
  });
  expect(text).toBe("# Ravens\n\n## Memory\n\nThey remember.\n");
  expect(progress).toEqual([
    { sections: 1, written: 0 },
    { sections: 1, written: 1 },
  ]);
  expect(asked[0]?.prompt).toMatch(/in English[^]*Title: Ravens[^]*For birdwatchers\./);
});

test("other papers have an outline, then a completion for each section", async () => {
  const { asked, complete } = model(
    "1. **Memory**\n2. Play\n",
    "## Memory\n\nThey remember.\n\n# Faces\n\n```\n# code\n```",
    "They play.",
  );
  const progress: object[] = [];
  const text = await writePaper(input({ language: "de" }), complete, async (now) => {
    progress.push(now);
  });
  expect(text).toBe(
    "# Ravens\n\n## Memory\n\nThey remember.\n\n### Faces\n\n```\n# code\n```\n\n## Play\n\nThey play.\n",
  );
  expect(progress).toEqual([
    { sections: 2, written: 0 },
    { sections: 2, written: 1 },
    { sections: 2, written: 2 },
  ]);
  expect(asked[0]?.prompt).toContain("in German");
  expect(asked[2]?.prompt).toMatch(/The text before ends with:[^]*They remember[^]*“Play”/);
});

test("an error ends the paper", async () => {
  const complete = () => Promise.reject(new Error("no model"));
  await expect(writePaper(input(), complete, async () => undefined)).rejects.toThrow("no model");
});

test("an outline is read from any list", () => {
  expect(readOutline("Here it is:\n\n1) One\n- Two_x\n## Three\n• _Four_\nnot", 9, "en")).toEqual([
    "One",
    "Two_x",
    "Three",
    "Four",
  ]);
  expect(readOutline("- a\n- a\n- b\n- c", 2, "en")).toEqual(["a", "b"]);
  expect(readOutline("no list", 3, "de")).toEqual(["Zusammenfassung", "Hintergrund", "Problem"]);
  expect(readOutline("1. only one", 11, "en")).toHaveLength(11);
});
