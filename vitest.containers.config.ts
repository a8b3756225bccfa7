import { defineConfig } from "vitest/config";

/** Tests of the images and of docker-compose.yml, on a Docker engine. */
export default defineConfig({
  test: {
    include: ["tests/containers/*.containers.test.ts"],
    testTimeout: 180_000,
    // The images are built in it.
    hookTimeout: 900_000,
    pool: "forks",
    execArgv: ["--disable-warning=ExperimentalWarning"],
    // Each test goes on from where the one before it left the platform.
    bail: 1,
  },
});
