import { once } from "node:events";
import type { AddressInfo, Socket } from "node:net";
import { connect, createServer } from "node:net";

/**
 * `cut` ends connections and refuses new ones. `silent` delays all data until the end of the disturbance, as TCP does when
 * packets are lost and sent again.
 */
export type Disturbance = "cut" | "silent";

/** A proxy between the services and a bus that identifies the service of each connection. */
export interface BusProxy {
  readonly port: number;
  /** Disturbs the connections of these services from now on. */
  disturb(services: readonly string[], what: Disturbance): void;
  /** Ends all disturbances. */
  restore(): void;
  close(): Promise<void>;
}

interface Link {
  readonly client: Socket;
  readonly server: Socket;
  name?: string;
}

/** The name of a NATS client: https://docs.nats.io/reference/reference-protocols/nats-protocol#connect */
const CONNECT_NAME = /^CONNECT .*?"name":"([^"]+)"/m;

/** @param port of the bus on this machine */
export async function startBusProxy(port: number): Promise<BusProxy> {
  const links = new Set<Link>();
  const disturbances = new Map<string, Disturbance>();

  const end = ({ client, server }: Link) => {
    client.resetAndDestroy();
    server.destroy();
  };
  const pass = ({ client, server }: Link) => {
    client.unpipe(server).pipe(server);
    // A second pipe would duplicate the data.
    server.unpipe(client).pipe(client);
  };
  const silence = ({ client, server }: Link) => {
    client.unpipe(server).pause();
    server.unpipe(client).pause();
  };
  const apply = (link: Link) => {
    const what = link.name === undefined ? undefined : disturbances.get(link.name);
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
    // The first bytes contain the name of the client.
    client.once("data", (bytes: Buffer) => {
      link.name = CONNECT_NAME.exec(bytes.toString())?.[1] ?? "";
      client.pause();
      server.write(bytes);
      apply(link);
    });
  });
  proxy.listen(0, "127.0.0.1");
  await once(proxy, "listening");
  return {
    port: (proxy.address() as AddressInfo).port,
    disturb(services, what) {
      for (const service of services) disturbances.set(service, what);
      for (const link of links) if (services.includes(link.name ?? "")) apply(link);
    },
    restore() {
      const healed = [...links].filter(({ name = "" }) => disturbances.has(name));
      disturbances.clear();
      for (const link of healed) pass(link);
    },
    async close() {
      for (const link of links) end(link);
      proxy.close();
      await once(proxy, "close");
    },
  };
}
