// Clients of a gateway in a process of their own, see client-messages.ts.
import { Agent } from "node:http";
import { ask } from "./ask.ts";
import type { ClientCommand, ClientReport } from "./client-messages.ts";

/** Faults that are told; more would be the same again. */
const TOLD = 5;

const numbers = (values: number[]) => Float64Array.from(values);

async function run(command: ClientCommand): Promise<ClientReport> {
  const agent = new Agent({ keepAlive: true, maxSockets: command.clients });
  const acknowledged: string[] = [];
  const faults: string[] = [];
  let failed = 0;
  let asked = 0;
  const askOne = async () => {
    const nonce = `${command.run}-${asked}`;
    asked += 1;
    try {
      const timing = await ask(command, agent, nonce);
      acknowledged.push(nonce);
      return timing;
    } catch (error) {
      failed += 1;
      if (faults.length < TOLD) faults.push(error instanceof Error ? error.message : String(error));
      return undefined;
    }
  };
  const clients = Array.from({ length: command.clients });
  if (command.open) await Promise.all(clients.map(askOne));
  const totals: number[] = [];
  const firsts: number[] = [];
  const ways: number[] = [];
  const longestGaps: number[] = [];
  const transits: number[] = [];
  const idle = performance.eventLoopUtilization();
  const started = performance.now();
  const deadline = started + command.seconds * 1_000;
  await Promise.all(
    clients.map(async () => {
      do {
        const timing = await askOne();
        if (!timing) continue;
        totals.push(timing.total);
        firsts.push(timing.first);
        ways.push(timing.way);
        longestGaps.push(timing.longestGap);
        for (const transit of timing.transits) transits.push(transit);
      } while (performance.now() < deadline);
    }),
  );
  const seconds = (performance.now() - started) / 1_000;
  const busy = performance.eventLoopUtilization(idle).utilization;
  agent.destroy();
  return {
    seconds,
    totals: numbers(totals),
    firsts: numbers(firsts),
    ways: numbers(ways),
    transits: numbers(transits),
    longestGaps: numbers(longestGaps),
    acknowledged,
    busy,
    failed,
    faults,
  };
}

process.on("message", (command: ClientCommand) => {
  void run(command).then((report) => process.send?.(report));
});
process.once("disconnect", () => process.exit());
