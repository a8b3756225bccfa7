// What this machine and node:http can do at most: sends one answer again and again, after parsing the JSON of a body
// where there is one. Gets the answer from its parent and tells it the port.
import type { IncomingMessage } from "node:http";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import type { Answer } from "./exchange.ts";

process.once("message", ({ status, headers, body }: Answer) => {
  const fields = headers.flat();
  const server = createServer((request, response) => {
    const send = () => response.writeHead(status, fields).end(body);
    if (request.method === "POST") parseBody(request, send);
    else send();
  });
  server.listen(0, "127.0.0.1", () =>
    process.send?.({ port: (server.address() as AddressInfo).port }),
  );
});

function parseBody(request: IncomingMessage, parsed: () => void): void {
  const chunks: Buffer[] = [];
  request.on("data", (chunk: Buffer) => chunks.push(chunk));
  request.on("end", () => {
    JSON.parse(Buffer.concat(chunks).toString());
    parsed();
  });
}

process.once("disconnect", () => process.exit());
