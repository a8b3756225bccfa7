import type { GenerationProgress } from "@vega/contracts";
import { expect, test } from "vitest";
import { inMemoryState, NOW } from "../../log/decision-testing.ts";
import { documentRef, put } from "../../store/document-ref.ts";
import { whitepaperRef } from "../whitepapers/documents.ts";
import {
  decideBeginGeneration,
  decideCancelGeneration,
  decideFinishGeneration,
  decideProgressGeneration,
  decideSweepGenerations,
  generationRef,
} from "./commands.ts";
import { timeOrderedId } from "./time-ordered-id.ts";

const ADDRESS = { owner: null, id: "019ad5c1-7f0f-7a53-9d52-0e5d5f7b7c02" };
const PAPER = "0b4ad5c1-7f0f-4a53-9d52-0e5d5f7b7c01";
const INPUT = {
  title: "Ravens",
  context: "a secret plan",
  length: "medium",
  language: "en",
  model: null,
} as const;
const PROGRESS: GenerationProgress = {
  sections: 6,
  written: 2,
  provider: "p",
  served_by: "m",
  usage: { prompt_tokens: 10, completion_tokens: 20 },
  cost_usd: 0.5,
};
const TEXT = {
  sha256: "1".repeat(64),
  bytes: 10,
  source: "markdown",
  pages: 5,
  note: "",
  written_by: { provider: "p", model: "m", usage: PROGRESS.usage, cost_usd: 0.5 },
} as const;
const LATER = "2026-01-31T12:00:30.000Z";

function running() {
  const state = inMemoryState();
  const started = { address: ADDRESS, input: INPUT, leaseMs: 20_000, oldest: [] };
  const { events } = state.run(decideBeginGeneration(started));
  const finish = (outcome: Parameters<typeof decideFinishGeneration>[2]) =>
    decideFinishGeneration(state.stored(generationRef(ADDRESS)), PROGRESS, outcome, {
      id: PAPER,
      count: 0,
    });
  return { ...state, events, finish, generation: () => state.stored(generationRef(ADDRESS)) };
}

test("entries of the log have no text of the account", () => {
  const { events } = running();
  expect(JSON.stringify(events[0]?.data)).not.toMatch(/Ravens|secret/);
});

test("a text becomes a draft in the commit that ends its generation", () => {
  const state = running();
  state.run(decideProgressGeneration(ADDRESS, PROGRESS, 20_000));
  expect(state.generation()).toMatchObject({ written: 2, cost_usd: 0.5 });
  const { events } = state.run(state.finish({ text: TEXT }));
  expect(events.map(({ type }) => type)).toEqual([
    "vega.whitepaper.created.v1",
    "vega.whitepaper_generation.ended.v1",
  ]);
  expect(state.generation()).toMatchObject({
    status: "complete",
    whitepaper_id: PAPER,
    expires_at: null,
    ended_at: NOW,
  });
  expect(state.stored(whitepaperRef(PAPER))).toMatchObject({
    status: "draft",
    current: { written_by: { model: "m", cost_usd: 0.5 } },
  });
  // The reply was lost, and the request repeated.
  expect(state.run(state.finish({ text: TEXT })).events).toEqual([]);
});

test("a failure is stored with its reason", () => {
  const state = running();
  state.run(state.finish({ error: { code: "budget_exceeded", message: "no" } }));
  expect(state.generation()).toMatchObject({
    status: "failed",
    error: { code: "budget_exceeded" },
  });
  expect(state.ids("whitepapers")).toEqual([]);
});

test("a cancelled generation takes no progress and no text", () => {
  const state = running();
  expect(state.run(decideCancelGeneration(ADDRESS)).result?.status).toBe("cancelled");
  expect(state.run(decideCancelGeneration(ADDRESS)).events).toEqual([]);
  expect(state.run(decideProgressGeneration(ADDRESS, PROGRESS, 20_000)).error).toBe("conflict");
  expect(state.run(state.finish({ text: TEXT })).error).toBe("conflict");
  expect(state.ids("whitepapers")).toEqual([]);
});

test("a generation whose lease has expired is lost", () => {
  const state = running();
  expect(state.run(decideSweepGenerations([ADDRESS]), NOW).result).toEqual({ failed: 0 });
  expect(state.run(decideSweepGenerations([ADDRESS]), LATER).result).toEqual({ failed: 1 });
  expect(state.generation()).toMatchObject({ status: "failed", error: { code: "lost" } });
  expect(state.run(decideCancelGeneration(ADDRESS)).error).toBe("conflict");
});

test("an erased account starts none", () => {
  const owner = "5c1d5ab2-2f6e-4c39-8f0c-1f2a7b0f5a10";
  const address = { owner, id: ADDRESS.id };
  const begin = { address, input: INPUT, leaseMs: 1, oldest: [] };
  expect(inMemoryState().run(decideBeginGeneration(begin)).error).toBe("unauthorized");
});

test("the oldest make room", () => {
  const oldest = "019ad5c1-0000-7a53-9d52-0e5d5f7b7c02";
  const ref = documentRef("whitepaper_generations", `shared/${oldest}`);
  const before = running().generation();
  const state = inMemoryState({ documents: [put(ref, { ...before, id: oldest })] });
  state.run(
    decideBeginGeneration({ address: ADDRESS, input: INPUT, leaseMs: 1, oldest: [oldest] }),
  );
  expect(state.ids("whitepaper_generations")).toEqual([`shared/${ADDRESS.id}`]);
});

test("ids are in the order of their times", () => {
  const random = "ffffffff-ffff-4fff-bfff-ffffffffffff";
  const ids = [1, 1_700_000_000_000, 1_800_000_000_000].map((ms) => timeOrderedId(ms, random));
  expect(ids.toSorted()).toEqual(ids);
  expect(ids[1]).toBe("018bcfe5-6800-7fff-bfff-ffffffffffff");
});
