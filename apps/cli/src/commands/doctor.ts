import { EXIT_CODES } from "@vega/supervisor/operator-error";
import { defineCommand } from "../command.ts";

export const doctor = defineCommand({
  name: "doctor",
  summary: "Check everything that the platform needs, and name remedies",
  details: "Changes nothing. Exit code 1: a check failed.",
  options: {
    deep: { type: "boolean", description: "also read every stored file, and compare its digest" },
  },
  examples: ["./vega doctor", "./vega doctor --deep"],
  async run({ options: { deep } }, { root, print }) {
    const { examine } = await import("../doctor/examine.ts");
    const { lineOf } = await import("../doctor/finding.ts");
    const counts = { ok: 0, warn: 0, fail: 0 };
    for await (const finding of examine(root, deep ? "digests" : "presence")) {
      counts[finding.level] += 1;
      print(lineOf(finding));
    }
    const { ok, warn, fail } = counts;
    print(`\n${ok} ok, ${warn} ${warn === 1 ? "warning" : "warnings"}, ${fail} failed`);
    return fail > 0 ? EXIT_CODES.failure : EXIT_CODES.success;
  },
});
