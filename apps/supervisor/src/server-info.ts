import { connect } from "node:net";

const TIMEOUT_MS = 2_000;

/** The line `INFO {…}` that a nats-server sends to each new connection, or why none arrived. */
export type ServerInfo = { readonly line: string } | { readonly failure: string };

const FAILURES = new Map([
  ["ECONNREFUSED", "connection refused"],
  ["EHOSTUNREACH", "host unreachable"],
  ["ENETUNREACH", "network unreachable"],
  ["ENOTFOUND", "host not found"],
  ["EAI_AGAIN", "name resolution failed"],
  ["ETIMEDOUT", "timeout"],
]);

/** Connects, reads the server INFO and disconnects. */
export function readServerInfo(host: string, port: number): Promise<ServerInfo> {
  return new Promise((resolve) => {
    const socket = connect({ host, port, timeout: TIMEOUT_MS });
    let text = "";
    const end = (result: ServerInfo) => {
      socket.destroy();
      resolve(result);
    };
    socket.setEncoding("utf8");
    socket.on("data", (chunk: string) => {
      text += chunk;
      if (!text.startsWith("INFO ".slice(0, text.length))) end({ failure: "not a nats-server" });
      else if (text.includes("\n")) end({ line: text });
    });
    socket.on("error", (error: NodeJS.ErrnoException) => {
      const { code = error.message } = error;
      end({ failure: FAILURES.get(code) ?? code });
    });
    socket.on("timeout", () => end({ failure: "timeout" }));
    socket.on("close", () => end({ failure: "connection closed" }));
  });
}
