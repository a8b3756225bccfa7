import { defineCommand } from "../command.ts";

/** Declared for the list of commands; the command line itself shows the help (../run.ts). */
export const help = defineCommand({
  name: "help",
  summary: "Show the commands, or the help of one",
  rest: { name: "command", description: "the command to explain" },
  examples: ["./vega help", "./vega help audit verify"],
  run: () => Promise.resolve(),
});
