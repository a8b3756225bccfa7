import { defineConfig } from "vitest/config";

/** Unit tests beside the code, integration and end-to-end tests on real parts. */
export default defineConfig({
  test: {
    include: ["**/*.{unit,int,e2e}.test.ts"],
    exclude: ["**/node_modules/**", ".cache/**", "data/**"],
    testTimeout: 30_000,
    hookTimeout: 120_000,
    // Two cores: more files at once only make each other slow.
    maxWorkers: 2,
    pool: "forks",
    execArgv: ["--disable-warning=ExperimentalWarning"],
    coverage: {
      include: ["libs/*/src/**/*.ts", "services/*/src/**/*.ts"],
      exclude: ["**/main.ts", "**/*.test.ts"],
      reporter: ["text-summary"],
    },
  },
});
