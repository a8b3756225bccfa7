// Many subscribers of GET /api/events in a process of their own, which note when each event came. See sse-messages.ts.
import { connect } from "node:net";
import type { SseCommand, SseReport } from "./sse-messages.ts";
import { clock } from "./sse-messages.ts";

/** Connections opened at once: more than a server's backlog would be refused, and tried again a second later. */
const WAVE = 50;

interface Arrival {
  loggedAt: number;
  receivedAt: number[];
}

const arrivals = new Map<number, Arrival>();
const faults: string[] = [];
let clients = 0;

/** The smallest parser that will do: an event ends with an empty line, its `id` stands first. */
function subscribe({ hostname, port, host }: URL): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<void>();
  const socket = connect(Number(port), hostname);
  let text = "";
  let last: number | undefined;
  socket.setEncoding("utf8");
  socket.write(`GET /api/events HTTP/1.1\r\nhost: ${host}\r\n\r\n`);
  socket.on("data", (chunk: string) => {
    const now = clock();
    text += chunk;
    for (let end = text.indexOf("\n\n"); end !== -1; end = text.indexOf("\n\n")) {
      const block = text.slice(0, end);
      text = text.slice(end + 2);
      const [, id] = /^id: (\d+)$/m.exec(block) ?? [];
      if (id === undefined) continue;
      const sequence = Number(id);
      if (last === undefined) resolve();
      else if (sequence === last + 1) arrived(sequence, now, block);
      else faults.push(`a client received ${sequence} after ${last}`);
      last = sequence;
    }
  });
  socket.on("error", (error) => faults.push(error.message));
  socket.on("close", () => {
    faults.push("a stream ended");
    resolve();
  });
  return promise;
}

function arrived(sequence: number, now: number, block: string): void {
  let arrival = arrivals.get(sequence);
  if (!arrival) {
    const { time } = JSON.parse(block.slice(block.indexOf("data: ") + 6)) as { time: string };
    arrivals.set(sequence, (arrival = { loggedAt: Date.parse(time), receivedAt: [] }));
  }
  arrival.receivedAt.push(now);
  if (arrival.receivedAt.length === clients) process.send?.({ delivered: sequence });
}

async function open(url: URL, count: number): Promise<void> {
  for (let done = 0; done < count; done += WAVE) {
    const size = Math.min(WAVE, count - done);
    clients += size;
    await Promise.all(Array.from({ length: size }, () => subscribe(url)));
  }
}

function report(sequences: readonly number[]): SseReport {
  return {
    deliveries: sequences.map((sequence) => ({
      sequence,
      ...(arrivals.get(sequence) ?? { loggedAt: NaN, receivedAt: [] }),
    })),
    faults,
  };
}

process.on("message", (command: SseCommand) => {
  if ("report" in command) process.send?.(report(command.report));
  else {
    void open(new URL(command.open.url), command.open.clients).then(() =>
      process.send?.({ open: true }),
    );
  }
});
process.once("disconnect", () => process.exit());
