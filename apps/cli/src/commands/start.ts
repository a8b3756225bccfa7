import { defineCommand } from "../command.ts";

export const start = defineCommand({
  name: "start",
  summary: "Run the platform until Ctrl-C or SIGTERM",
  details:
    "Starts gateway, state, loop, ai, auth and a nats-server of their own (NATS_URL names another one),\n" +
    "restarts a process that ends, and prints the address and the login once the platform is ready.",
  examples: ["./vega start", "PORT=8080 ./vega start"],
  async run(_input, { root }) {
    const { runPlatform } = await import("@vega/supervisor/platform");
    // A pipe that an ended process left open must not keep the supervisor running.
    process.exit(await runPlatform(root));
  },
});
