// One link of the bare chain, see chain.ts. The parent sends its role; the reply is its address, when it is ready.
import { connectInference } from "@vega/messaging/inference/client";
import { serveInference } from "@vega/messaging/inference/server";
import type { NatsConnection } from "nats";
import { connect } from "nats";
import { once } from "node:events";
import { Agent, createServer, request } from "node:http";
import type { AddressInfo } from "node:net";
import { DatabaseSync } from "node:sqlite";
import { text } from "node:stream/consumers";
import type { LinkOrder } from "./chain.ts";

const TOKEN = "bench";
const SUBJECT = "chain.commit";
const MINUTE_MS = 60_000;

function openBus(url: string): Promise<NatsConnection> {
  const { host, username: user, password: pass } = new URL(url);
  return connect({ servers: host, user, pass, noAsyncTraces: true });
}

const link = {
  /** HTTP to gRPC. */
  async front({ next }: LinkOrder): Promise<string> {
    const client = connectInference({
      locate: () => Promise.resolve(next),
      token: TOKEN,
      deadlineMs: MINUTE_MS,
    });
    const server = createServer((incoming, response) => {
      void (async () => {
        const body_json = await text(incoming);
        const call = { body_json, caller: { context_json: "{}" }, call_id: "bench" };
        let completion = "";
        for await (const event of client.chat(call, AbortSignal.timeout(MINUTE_MS))) {
          if (event.event === "usage") completion = event.usage.json;
        }
        response.writeHead(200, { "content-type": "application/json" }).end(completion);
      })().catch(() => response.destroy());
    });
    server.listen({ port: 0, host: "127.0.0.1", backlog: 1_024 });
    await once(server, "listening");
    return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  },

  /** gRPC to the bus, to the provider, and to the bus again. */
  async middle({ next, upstream = "" }: LinkOrder): Promise<string> {
    const bus = await openBus(next);
    const agent = new Agent({ keepAlive: true });
    const url = `${upstream}/v1/chat/completions`;
    const complete = async (body: string) => {
      const outgoing = request(url, {
        method: "POST",
        agent,
        headers: { "content-type": "application/json", "content-length": Buffer.byteLength(body) },
      });
      outgoing.end(body);
      const [incoming] = await once(outgoing, "response");
      return text(incoming);
    };
    const { address } = await serveInference({
      listen: "127.0.0.1:0",
      token: TOKEN,
      async *chat({ body_json }) {
        await bus.request(SUBJECT, body_json, { timeout: MINUTE_MS });
        const json = await complete(body_json);
        await bus.request(SUBJECT, json, { timeout: MINUTE_MS });
        yield { event: "usage", usage: { json } };
        yield { event: "completed", completed: {} };
      },
      onFault: (error) => console.error(error),
    });
    return address;
  },

  /** The bus to the disk: one row a commit, as durable as VEGA's. */
  async store({ next, file = "" }: LinkOrder): Promise<string> {
    const database = new DatabaseSync(file);
    database.exec(
      "PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; CREATE TABLE kept (id INTEGER PRIMARY KEY, body TEXT)",
    );
    const insert = database.prepare("INSERT INTO kept (body) VALUES (?)");
    const bus = await openBus(next);
    bus.subscribe(SUBJECT, {
      callback(error, message) {
        if (error) throw error;
        insert.run(message.string());
        message.respond("{}");
      },
    });
    await bus.flush();
    return "";
  },
};

process.once("message", (order: LinkOrder) => {
  void link[order.role](order).then((address) => process.send?.({ address }));
});

process.once("disconnect", () => process.exit());
