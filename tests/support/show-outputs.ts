import { afterEach } from "vitest";
import { lastOutputs } from "./src/live-platforms.ts";

/* What a platform of its own processes wrote is shown with the test that fails on it. */

const CHARACTERS = 20_000;

afterEach(({ task }) => {
  if (task.result?.state !== "fail") return;
  for (const output of lastOutputs(CHARACTERS)) console.error(output);
});
