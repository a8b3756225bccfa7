// The generator of loads in a process of its own, so that it does not share a thread with who measures.
import { exchange, headerOf, wire } from "../exchange.ts";
import { createLedger } from "../ledger.ts";
import type { Load } from "../load.ts";
import { underLoad } from "../load.ts";
import type { LoadCommand, LoadReport } from "./load-messages.ts";

type Requests = Pick<Load, "next" | "answered"> & {
  /** What is wrong with what was acknowledged. */
  readonly faults: () => Promise<readonly string[]>;
};

const nothing = async () => [];

function same(url: string, ask: Parameters<typeof wire>[1]): Requests {
  const bytes = Buffer.from(wire(url, ask));
  return { next: () => bytes, faults: nothing };
}

/** Each connection writes keys of its own, and each gateway has to show all of them in the end. */
async function writes({ urls, connections, headers }: LoadCommand): Promise<Requests> {
  const [url = ""] = urls;
  const ledger = createLedger(connections);
  const path = "/api/memory-update";
  const body = JSON.stringify({ update: ledger.start });
  await exchange(url, { method: "POST", path, headers, body });
  return {
    next: (connection) =>
      wire(url, { method: "POST", path, headers, body: ledger.next(connection, connections) }),
    answered: ledger.answered,
    async faults() {
      const last = await exchange(url, {
        method: "POST",
        path,
        headers,
        body: JSON.stringify({ update: { "bench-last": 1 } }),
      });
      const sequence = headerOf(last, "vega-sequence") ?? "";
      const looks = urls.map(async (gateway) => {
        const seen = await exchange(gateway, {
          path: "/api/memory",
          headers: { ...headers, "vega-min-sequence": sequence },
        });
        const { memory } = JSON.parse(Buffer.from(seen.body).toString()) as { memory: object };
        return ledger.faults({ ...memory });
      });
      return (await Promise.all(looks)).flat();
    },
  };
}

function requestsOf(command: LoadCommand): Requests | Promise<Requests> {
  const { load, urls, headers, adminPassword } = command;
  const [url = ""] = urls;
  if (load === "reads") return same(url, { path: "/api/status" });
  if (load === "writes") return writes(command);
  if (load === "turns") {
    const body = JSON.stringify({ messages: [{ role: "user", content: "How is the loop?" }] });
    return same(url, { method: "POST", path: "/v1/chat/completions", headers, body });
  }
  const body = JSON.stringify({ username: "admin", password: adminPassword });
  const plain = { "content-type": "application/json" };
  return same(url, { method: "POST", path: "/api/auth/login", headers: plain, body });
}

async function run(command: LoadCommand): Promise<LoadReport> {
  const { urls, connections, seconds } = command;
  const { next, answered, faults } = await requestsOf(command);
  const statuses = new Map<number, number>();
  const before = process.cpuUsage();
  const round = await underLoad({
    url: urls,
    connections,
    seconds,
    next,
    answered(connection, status) {
      statuses.set(status, (statuses.get(status) ?? 0) + 1);
      answered?.(connection, status);
    },
  });
  const { user, system } = process.cpuUsage(before);
  const refused = [...statuses].filter(([status]) => status < 200 || status > 299);
  return {
    round,
    cpuMs: (user + system) / 1_000,
    faults: [
      ...refused.map(([status, count]) => `${count} × ${status}`),
      ...(await faults()).slice(0, 3),
    ],
  };
}

process.on("message", (command: LoadCommand) => {
  // Uncaught, it ends this process, and who asked is told of that.
  void run(command).then((report) => process.send?.(report));
});
process.once("disconnect", () => process.exit());
