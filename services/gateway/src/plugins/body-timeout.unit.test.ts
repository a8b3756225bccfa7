import fastify from "fastify";
import { once } from "node:events";
import { connect } from "node:net";
import type { AddressInfo } from "node:net";
import { expect, onTestFinished, test } from "vitest";
import { bodyTimeout } from "./body-timeout.ts";
import { sendClientError } from "./client-error.ts";

/** What a client gets that sends a part of the body that it announced. */
async function responseToPart(kind: "transfer" | undefined, part: string): Promise<string> {
  const app = fastify({
    clientErrorHandler: (error, socket) => sendClientError(error, socket, 1),
  });
  onTestFinished(() => app.close());
  await app.register(bodyTimeout, { timeoutMs: 30 });
  app.post("/", { ...(kind && { config: { kind } }) }, (request) => request.body);
  await app.listen({ port: 0 });
  const socket = connect((app.server.address() as AddressInfo).port, "127.0.0.1");
  socket.write("POST / HTTP/1.1\r\nhost: x\r\ncontent-type: application/json\r\n");
  socket.write(`connection: close\r\ncontent-length: 2\r\n\r\n${part}`);
  // Later than the timeout.
  if (kind === "transfer") setTimeout(() => socket.write("}"), 100);
  let response = "";
  socket.setEncoding("utf8").on("data", (text: string) => (response += text));
  await once(socket, "close");
  return response;
}

test("a body that does not arrive in time is 408", async () => {
  const response = await responseToPart(undefined, "{");
  expect(response).toMatch(/^HTTP\/1.1 408 Request Timeout\r\n/);
  expect(response).toContain('"detail":"Request Timeout"');
});

test("a body in time, and a slow upload, are read to their end", async () => {
  expect(await responseToPart(undefined, "{}")).toMatch(/^HTTP\/1.1 200 OK\r\n[^]*\{\}$/);
  expect(await responseToPart("transfer", "{")).toMatch(/^HTTP\/1.1 200 OK\r\n[^]*\{\}$/);
});
