import type { BusUser } from "@vega/contracts";
import { reservePort, until } from "@vega/test-support";
import type { ChildProcess } from "node:child_process";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { makeSecrets } from "../../apps/cli/src/compose-secrets/files.ts";
import { findNatsServer } from "../../tools/nats-server.mjs";

const ROOT = join(import.meta.dirname, "../..");

/** A cluster of nats-servers, each started by deploy/nats/start.sh with its own root folder. */
export interface NatsCluster {
  /** URLs of all servers, as a service gets them. */
  urlOf(user: BusUser): string;
  /** Shuts one down in order, so that the others take over at once and not after a timeout. */
  stop(name: string): Promise<void>;
  /** Tries to join with a wrong password. @returns the log line of the other servers */
  stranger(): Promise<string>;
  close(): Promise<void>;
}

interface Member {
  readonly child: ChildProcess;
  log(): string;
}

export async function startNatsCluster(count: number): Promise<NatsCluster> {
  const program = await findNatsServer({ env: process.env, log: console.log, root: ROOT });
  const folder = mkdtempSync(join(tmpdir(), "vega-cluster-"));
  const secrets = join(folder, "secrets");
  makeSecrets({ folder: secrets, uid: process.getuid?.() ?? 0 });
  const names = Array.from({ length: count }, (_, n) => `nats-${n}`);
  const clients = await Promise.all(names.map(() => reservePort()));
  const routes = await Promise.all(names.map(() => reservePort()));
  const members = new Map<string, Member>();

  const start = (name: string, port: number, route: number): Member => {
    const root = join(folder, name);
    mkdirSync(join(root, "run/vega"), { recursive: true });
    cpSync(secrets, join(root, "run/secrets"), { recursive: true });
    cpSync(join(ROOT, "deploy/nats"), join(root, "etc/vega"), { recursive: true });
    const config = join(root, "etc/vega/nats.conf");
    // Each server has its own folder and ports.
    const text = readFileSync(config, "utf8").replace('store_dir: "/data"', `store_dir: "${root}"`);
    writeFileSync(config, text.replace(/^http: .*$/m, ""));
    // Not by nats-server's option for ports, which removes the password.
    const script = readFileSync(join(ROOT, "deploy/nats/start.sh"), "utf8");
    writeFileSync(
      join(root, "start.sh"),
      script.replace("port: 6222", `listen: "127.0.0.1:${route}"`),
    );
    const listen = ["-a", "127.0.0.1", "-p", String(port)];
    const child = spawn("sh", [join(root, "start.sh"), ...listen], {
      stdio: ["ignore", "ignore", "pipe"],
      env: {
        PATH: `${dirname(program)}:${process.env["PATH"]}`,
        VEGA_NATS_ROOT: root,
        VEGA_NATS_NAME: name,
        VEGA_NATS_ROUTES: routes.map((other) => `127.0.0.1:${other}`).join(" "),
      },
    });
    let log = "";
    child.stderr.setEncoding("utf8").on("data", (chunk: string) => (log += chunk));
    const member = { child, log: () => log };
    members.set(name, member);
    return member;
  };
  const end = async ({ child }: Member, signal: "SIGINT" | "SIGKILL"): Promise<void> => {
    if (child.exitCode !== null || child.signalCode !== null) return;
    const gone = once(child, "exit");
    child.kill(signal);
    await gone;
  };
  const killAll = () => members.forEach(({ child }) => child.kill("SIGKILL"));
  process.once("exit", killAll);

  for (const [n, name] of names.entries()) start(name, clients[n] ?? 0, routes[n] ?? 0);
  for (const [name, { log }] of members) {
    await until(`${name} is ready`, () => log().includes("Server is ready"));
  }

  return {
    urlOf(user) {
      const url = new URL(readFileSync(join(secrets, `nats_url_${user}`), "utf8").trim());
      return clients
        .map((port) => `nats://${url.username}:${url.password}@127.0.0.1:${port}`)
        .join(",");
    },
    async stop(name) {
      const member = members.get(name);
      if (!member) throw new Error(`there is no ${name}`);
      await end(member, "SIGINT");
    },
    async stranger() {
      const before = new Map([...members].map(([name, { log }]) => [name, log().length]));
      writeFileSync(join(secrets, "nats_route"), "another-password\n");
      start("stranger", await reservePort(), await reservePort());
      const newLines = () =>
        [...before].map(([name, at]) => members.get(name)?.log().slice(at)).join();
      return until(
        "the other servers refuse it",
        () => /^.*authentication error.*$/m.exec(newLines())?.[0],
      );
    },
    async close() {
      await Promise.all([...members.values()].map((member) => end(member, "SIGKILL")));
      process.off("exit", killAll);
      rmSync(folder, { recursive: true, force: true });
    },
  };
}
