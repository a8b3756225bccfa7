import { once } from "node:events";
import { connect } from "node:net";
import { responseReader } from "./response-reader.ts";

/** One keep-alive connection with at most one request in flight. */
export interface HttpConnection {
  /** @returns the status of the response. Rejects when the connection breaks. */
  send(bytes: string | Buffer): Promise<number>;
  /** Closes it; a request in flight rejects with the reason. */
  close(reason?: Error): void;
}

export async function openConnection({ hostname, port }: URL): Promise<HttpConnection> {
  const socket = connect({ host: hostname, port: Number(port), noDelay: true });
  await once(socket, "connect");
  let inFlight: PromiseWithResolvers<number> | undefined;
  let failure: Error | undefined;
  const fail = (error: Error) => {
    failure ??= error;
    inFlight?.reject(failure);
  };
  const read = responseReader((status) => inFlight?.resolve(status));
  socket.on("data", (chunk) => {
    try {
      read(chunk);
    } catch (error) {
      fail(error as Error);
    }
  });
  socket.on("error", fail);
  socket.on("close", () => fail(new Error("the server closed a connection")));
  return {
    send(bytes) {
      inFlight = Promise.withResolvers();
      if (failure) inFlight.reject(failure);
      else socket.write(bytes);
      return inFlight.promise;
    },
    close: (reason) => void socket.destroy(reason),
  };
}
