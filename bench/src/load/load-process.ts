// The load generator in a process of its own, so that it shares no thread with the measuring process.
import type { HttpRequest } from "./http-exchange.ts";
import { exchange, headerOf, jsonOf, wire } from "./http-exchange.ts";
import type { HttpLoad } from "./http-load.ts";
import { runHttpLoad } from "./http-load.ts";
import type { LoadCommand, LoadReport } from "./load-messages.ts";
import { createOracle } from "./oracle.ts";

type Requests = Pick<HttpLoad, "next" | "onResponse"> & {
  /** Differences from the acknowledged state. */
  readonly faults: () => Promise<readonly string[]>;
};

function same(url: string, request: HttpRequest): Requests {
  const bytes = Buffer.from(wire(url, request));
  return { next: () => bytes, faults: async () => [] };
}

/** Each connection writes separate keys, and each gateway must return all of them at the end. */
async function writes({ urls, connections, headers }: LoadCommand): Promise<Requests> {
  const [url = ""] = urls;
  const oracle = createOracle(connections);
  const post = (body: string): HttpRequest => ({
    method: "POST",
    path: "/api/memory-update",
    headers,
    body,
  });
  await exchange(url, post(JSON.stringify({ update: oracle.start })));
  return {
    next: (connection) => wire(url, post(oracle.next(connection, connections))),
    onResponse: oracle.onResponse,
    async faults() {
      const last = await exchange(url, post(JSON.stringify({ update: { "bench-last": 1 } })));
      const sequence = headerOf(last, "vega-sequence") ?? "";
      const reads = urls.map(async (gateway) => {
        const minimum = { ...headers, "vega-min-sequence": sequence };
        const response = await exchange(gateway, { path: "/api/memory", headers: minimum });
        return oracle.faults(jsonOf(response).memory);
      });
      return (await Promise.all(reads)).flat();
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
  const { next, onResponse, faults } = await requestsOf(command);
  const statuses = new Map<number, number>();
  const before = process.cpuUsage();
  const round = await runHttpLoad({
    url: urls,
    connections,
    seconds,
    next,
    onResponse(connection, status) {
      statuses.set(status, (statuses.get(status) ?? 0) + 1);
      onResponse?.(connection, status);
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
  // An uncaught rejection ends this process, which rejects the parent's request.
  void run(command).then((report) => process.send?.(report));
});
process.once("disconnect", () => process.exit());
