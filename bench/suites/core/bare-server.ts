// The upper bound of node:http on this machine: sends one response repeatedly, after parsing the JSON body of a request.
// The parent sends the response; the reply is the port.
import type { IncomingMessage } from "node:http";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import type { HttpResponse } from "../../src/load/http-exchange.ts";

process.once("message", ({ status, headers, body }: HttpResponse) => {
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
