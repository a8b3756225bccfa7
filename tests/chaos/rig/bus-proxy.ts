import { once } from "node:events";
import type { AddressInfo, Socket } from "node:net";
import { connect, createServer } from "node:net";

/**
 * What happens to a link: `cut` ends it and refuses new ones; `silent` lets nothing through, and what was sent meanwhile
 * arrives late, as TCP has it when packets are lost and sent again.
 */
export type Trouble = "cut" | "silent";

/** Stands between the services and a bus, and knows whose each connection is. */
export interface BusProxy {
  readonly port: number;
  /** From now on, for the connections of these services. */
  trouble(services: readonly string[], what: Trouble): void;
  /** Lets everything through again. */
  heal(): void;
  close(): Promise<void>;
}

interface Link {
  readonly client: Socket;
  readonly server: Socket;
  name?: string;
}

/** How a client of NATS says who it is: https://docs.nats.io/reference/reference-protocols/nats-protocol#connect */
const CONNECT_NAME = /^CONNECT .*?"name":"([^"]+)"/m;

/** @param port where the bus listens on this machine */
export async function startBusProxy(port: number): Promise<BusProxy> {
  const links = new Set<Link>();
  const troubles = new Map<string, Trouble>();

  const end = ({ client, server }: Link) => {
    client.resetAndDestroy();
    server.destroy();
  };
  const pass = ({ client, server }: Link) => {
    client.unpipe(server).pipe(server);
    // Piped twice it would say everything twice.
    server.unpipe(client).pipe(client);
  };
  const silence = ({ client, server }: Link) => {
    client.unpipe(server).pause();
    server.unpipe(client).pause();
  };
  const meet = (link: Link) => {
    const what = link.name === undefined ? undefined : troubles.get(link.name);
    if (what === "cut") end(link);
    else if (what === "silent") silence(link);
    else pass(link);
  };

  const proxy = createServer((client) => {
    const server = connect(port, "127.0.0.1");
    const link: Link = { client, server };
    links.add(link);
    const over = () => {
      links.delete(link);
      client.destroy();
      server.destroy();
    };
    for (const socket of [client, server]) socket.on("error", over).on("close", over).setNoDelay();
    server.pipe(client);
    // Who it is comes with its first bytes.
    client.once("data", (bytes: Buffer) => {
      link.name = CONNECT_NAME.exec(bytes.toString())?.[1] ?? "";
      client.pause();
      server.write(bytes);
      meet(link);
    });
  });
  proxy.listen(0, "127.0.0.1");
  await once(proxy, "listening");
  return {
    port: (proxy.address() as AddressInfo).port,
    trouble(services, what) {
      for (const service of services) troubles.set(service, what);
      for (const link of links) if (services.includes(link.name ?? "")) meet(link);
    },
    heal() {
      const healed = [...links].filter(({ name = "" }) => troubles.has(name));
      troubles.clear();
      for (const link of healed) pass(link);
    },
    async close() {
      for (const link of links) end(link);
      proxy.close();
      await once(proxy, "close");
    },
  };
}
