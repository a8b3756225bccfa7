// Many subscribers in a process of their own. Gets `{port, clients}`; tells `{ready}` when all are connected, and
// after `{collect: count}` when every client has received that many events: their sequences and times.
import { connect } from "node:net";

interface Received {
  readonly sequence: number;
  /** Milliseconds since the epoch, with fractions. */
  readonly at: number;
}

const now = () => performance.timeOrigin + performance.now();

/** The smallest parser that will do: events end with an empty line, `id:` is what is asked for. */
function subscribe(port: number, received: Received[], onConnected: () => void): void {
  const socket = connect(port, "127.0.0.1");
  let text = "";
  let connected = false;
  socket.setEncoding("utf8");
  socket.write("GET /api/events HTTP/1.1\r\nHost: bench\r\nAccept: text/event-stream\r\n\r\n");
  socket.on("data", (chunk: string) => {
    const at = now();
    text += chunk;
    for (let end = text.indexOf("\n\n"); end >= 0; end = text.indexOf("\n\n")) {
      const block = text.slice(0, end);
      text = text.slice(end + 2);
      const id = /^id: ?(\d+)$/m.exec(block)?.[1];
      if (id === undefined) continue;
      if (connected) received.push({ sequence: Number(id), at });
      else {
        connected = true;
        onConnected();
      }
    }
  });
  socket.on("close", () => process.send?.({ failed: "a client was cut off" }));
}

const all: Received[][] = [];
process.on("message", (message: { port?: number; clients?: number; collect?: number }) => {
  if (message.port !== undefined && message.clients !== undefined) {
    let connected = 0;
    for (let n = 0; n < message.clients; n += 1) {
      const received: Received[] = [];
      all.push(received);
      subscribe(message.port, received, () => {
        connected += 1;
        if (connected === message.clients) process.send?.({ ready: true });
      });
    }
  }
  if (message.collect !== undefined) {
    const count = message.collect;
    const poll = setInterval(() => {
      if (!all.every((received) => received.length >= count)) return;
      clearInterval(poll);
      process.send?.({ received: all });
    }, 10);
  }
});
process.once("disconnect", () => process.exit());
