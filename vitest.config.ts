import type { TestSpecification } from "vitest/node";
import { BaseSequencer } from "vitest/node";
import { defineConfig } from "vitest/config";

/** Slowest kind first: a slow file at the end would leave the other core idle. */
class LongestFirst extends BaseSequencer {
  override sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const kinds = ["e2e", "int", "unit"];
    const rank = ({ moduleId }: TestSpecification) =>
      kinds.findIndex((kind) => moduleId.endsWith(`.${kind}.test.ts`));
    return Promise.resolve(files.toSorted((a, b) => rank(a) - rank(b)));
  }
}

/** Unit tests beside the code, integration and end-to-end tests on real parts. */
export default defineConfig({
  test: {
    exclude: ["**/node_modules/**", ".cache/**", "data/**"],
    testTimeout: 30_000,
    hookTimeout: 120_000,
    // For two cores: tests wait for processes, so with three workers a fifth of both is idle.
    maxWorkers: 4,
    pool: "forks",
    // A process for each file would take two thirds of the time of pure code, and two fifths of all processor time.
    isolate: false,
    execArgv: ["--disable-warning=ExperimentalWarning"],
    sequence: { sequencer: LongestFirst },
    projects: [
      {
        extends: true,
        test: { name: "unit", include: ["**/*.unit.test.ts"] },
      },
      {
        extends: true,
        test: {
          name: "parts",
          include: ["**/*.{int,e2e}.test.ts"],
          setupFiles: ["tests/support/show-outputs.ts"],
        },
      },
    ],
    coverage: {
      include: ["libs/*/src/**/*.ts", "services/*/src/**/*.ts"],
      exclude: ["**/main.ts", "**/*.test.ts"],
      reporter: ["text-summary"],
    },
  },
});
