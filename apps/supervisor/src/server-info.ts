import { connect } from "node:net";

const TIMEOUT_MS = 2_000;

/** The first line a nats-server sends to whoever connects, `INFO {…}`, or why none came. */
export type Greeting = { readonly line: string } | { readonly failure: string };

const FAILURES = new Map([
  ["ECONNREFUSED", "connection refused"],
  ["EHOSTUNREACH", "no way to this host"],
  ["ENETUNREACH", "no way to this network"],
  ["ENOTFOUND", "no such host"],
  ["EAI_AGAIN", "its name can't be resolved now"],
  ["ETIMEDOUT", "no answer"],
]);

/** Connects, waits for the greeting and leaves again. */
export function greeting(host: string, port: number): Promise<Greeting> {
  return new Promise((resolve) => {
    const socket = connect({ host, port, timeout: TIMEOUT_MS });
    let text = "";
    const end = (result: Greeting) => {
      socket.destroy();
      resolve(result);
    };
    socket.setEncoding("utf8");
    socket.on("data", (chunk: string) => {
      text += chunk;
      if (!text.startsWith("INFO ".slice(0, text.length))) end({ failure: "it is no nats-server" });
      else if (text.includes("\n")) end({ line: text });
    });
    socket.on("error", (error: NodeJS.ErrnoException) => {
      const { code = error.message } = error;
      end({ failure: FAILURES.get(code) ?? code });
    });
    socket.on("timeout", () => end({ failure: "no answer" }));
    socket.on("close", () => end({ failure: "it closed the connection" }));
  });
}
