import { once } from "node:events";
import type { AddressInfo, Socket } from "node:net";
import { connect, createServer } from "node:net";

/** A proxy between driver and server that can drop the server's replies to one command. */
export interface LossyProxy {
  readonly port: number;
  /** Number of next commands that the server executes and whose reply is replaced by a broken connection. */
  loseAnswers(count: number): void;
  /** How many were lost so far. */
  lost(): number;
  close(): Promise<void>;
}

export async function startLossyProxy(serverPort: number, command: string): Promise<LossyProxy> {
  const sockets = new Set<Socket>();
  let toLose = 0;
  let lost = 0;

  const proxy = createServer((client) => {
    const server = connect(serverPort, "127.0.0.1");
    let losing = false;
    client.on("data", (request: Buffer) => {
      losing = toLose > 0 && request.includes(command);
      if (losing) toLose -= 1;
      server.write(request);
    });
    server.on("data", (answer: Buffer) => {
      if (!losing) return client.write(answer);
      lost += 1;
      return client.destroy();
    });
    for (const [socket, other] of [
      [client, server],
      [server, client],
    ] as const) {
      sockets.add(socket);
      socket.on("error", () => socket.destroy());
      socket.on("close", () => {
        sockets.delete(socket);
        other.destroy();
      });
    }
  }).listen(0, "127.0.0.1");
  await once(proxy, "listening");

  return {
    port: (proxy.address() as AddressInfo).port,
    loseAnswers(count) {
      toLose = count;
    },
    lost: () => lost,
    async close() {
      const closed = once(proxy, "close");
      proxy.close();
      for (const socket of sockets) socket.destroy();
      await closed;
    },
  };
}
