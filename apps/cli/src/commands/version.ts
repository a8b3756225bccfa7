import { defineCommand } from "../command.ts";
import { readVersion } from "../version.ts";

export const version = defineCommand({
  name: "version",
  summary: "Print the version",
  examples: ["./vega version"],
  run(_input, { root, print }) {
    print(`vega ${readVersion(root)}`);
    return Promise.resolve();
  },
});
