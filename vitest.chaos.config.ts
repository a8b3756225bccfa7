import { defineConfig } from "vitest/config";

/** Kills processes of the real platform while it is written to; one file at a time. */
export default defineConfig({
  test: {
    include: ["tests/chaos/**/*.chaos.test.ts"],
    testTimeout: 300_000,
    hookTimeout: 120_000,
    fileParallelism: false,
    pool: "forks",
  },
});
