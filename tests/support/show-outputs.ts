import { afterEach } from "vitest";
import { lastOutputs } from "./src/live-platforms.ts";

/* Shows the output of running platforms with a failed test. */

const CHARACTERS = 20_000;

afterEach(({ task }) => {
  if (task.result?.state !== "fail") return;
  for (const output of lastOutputs(CHARACTERS)) console.error(output);
});
