// A bare node:http server that sends one answer again and again: what this machine can do at most. Run as a child
// process: gets `{body, headers}`, tells its port. It reads a request's body and parses it, and does nothing else.
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";

process.once("message", (answer: { body: string; headers: Record<string, string> }) => {
  const body = Buffer.from(answer.body);
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on("data", (chunk: Buffer) => chunks.push(chunk));
    request.on("end", () => {
      if (chunks.length > 0) JSON.parse(Buffer.concat(chunks).toString());
      response.writeHead(200, answer.headers);
      response.end(body);
    });
  });
  server.listen(0, "127.0.0.1", () =>
    process.send?.({ port: (server.address() as AddressInfo).port }),
  );
});
process.once("disconnect", () => process.exit());
