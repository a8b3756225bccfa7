import { defineConfig } from "vitest/config";

/** Tests of the images and of docker-compose.yml, on a Docker engine. */
export default defineConfig({
  test: {
    include: ["tests/containers/*.containers.test.ts"],
    testTimeout: 180_000,
    // A hook builds the images.
    hookTimeout: 900_000,
    pool: "forks",
    execArgv: ["--disable-warning=ExperimentalWarning"],
    // Each test continues with the platform of the previous one.
    bail: 1,
  },
});
