// Clients of a gateway in a process of their own, see client-messages.ts.
import { Agent } from "node:http";
import { runClosedLoops } from "../../src/load/closed-loop.ts";
import type { ClientCommand, ClientReport } from "./client-messages.ts";
import { complete } from "./complete.ts";

const SHOWN_FAULTS = 5;

const numbers = (values: number[]) => Float64Array.from(values);

async function run(command: ClientCommand): Promise<ClientReport> {
  const { clients, seconds } = command;
  const agent = new Agent({ keepAlive: true, maxSockets: clients });
  const acknowledged: string[] = [];
  const faults: string[] = [];
  let failed = 0;
  let sent = 0;
  const completeOne = async () => {
    const nonce = `${command.run}-${sent}`;
    sent += 1;
    try {
      const timing = await complete(command, agent, nonce);
      acknowledged.push(nonce);
      return timing;
    } catch (error) {
      failed += 1;
      if (faults.length < SHOWN_FAULTS) {
        faults.push(error instanceof Error ? error.message : String(error));
      }
      return undefined;
    }
  };
  if (command.open) await Promise.all(Array.from({ length: clients }, completeOne));
  const totals: number[] = [];
  const firsts: number[] = [];
  const ways: number[] = [];
  const longestGaps: number[] = [];
  const transits: number[] = [];
  const once = async () => {
    const timing = await completeOne();
    if (!timing) return;
    totals.push(timing.total);
    firsts.push(timing.first);
    ways.push(timing.way);
    longestGaps.push(timing.longestGap);
    for (const transit of timing.transits) transits.push(transit);
  };
  const loops = await runClosedLoops({ clients, seconds, once });
  agent.destroy();
  return {
    seconds: loops.seconds,
    totals: numbers(totals),
    firsts: numbers(firsts),
    ways: numbers(ways),
    transits: numbers(transits),
    longestGaps: numbers(longestGaps),
    acknowledged,
    busy: loops.utilization,
    failed,
    faults,
  };
}

process.on("message", (command: ClientCommand) => {
  void run(command).then((report) => process.send?.(report));
});
process.once("disconnect", () => process.exit());
