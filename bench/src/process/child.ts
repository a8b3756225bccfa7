import type { ChildProcess, Serializable } from "node:child_process";
import { fork } from "node:child_process";
import { once } from "node:events";

/** A module of this package in a process of its own, so that it takes no time from the measuring process. */
export interface Child {
  readonly pid: number;
  /** Rejects when the process ends. */
  readonly failed: Promise<never>;
  /** Sends a message and returns the next reply that has this member. Throws Error when the process ends first. */
  request<Reply extends object>(
    message: Serializable,
    member: keyof Reply & string,
  ): Promise<Reply>;
  /** Sends a message that has no reply. */
  send(message: Serializable): void;
  close(): Promise<void>;
}

/** @param program a module that ends when the channel to its parent closes */
export function startChild(program: URL): Child {
  const child: ChildProcess = fork(program, {
    execArgv: ["--disable-warning=ExperimentalWarning"],
    // Keeps typed arrays and bytes.
    serialization: "advanced",
  });
  const exited = once(child, "exit");
  const failed = exited.then(([code, signal]): never => {
    throw new Error(`${program.pathname} exited with ${code ?? signal}`);
  });
  failed.catch(() => undefined);
  return {
    pid: child.pid ?? Number.NaN,
    failed,
    async request<Reply extends object>(message: Serializable, member: string) {
      const { promise, resolve } = Promise.withResolvers<Reply>();
      const listen = (reply: object) => {
        if (member in reply) resolve(reply as Reply);
      };
      child.on("message", listen);
      child.send(message);
      await Promise.race([promise, failed]);
      child.off("message", listen);
      return promise;
    },
    send: (message) => void child.send(message),
    async close() {
      if (child.connected) child.disconnect();
      await exited;
    },
  };
}
