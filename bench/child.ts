import type { ChildProcess, Serializable } from "node:child_process";
import { fork } from "node:child_process";
import { once } from "node:events";

/** A program of this folder in a process of its own, so that it takes no time from who measures. */
export interface Child {
  readonly pid: number;
  /** Rejects when it ends. */
  readonly failed: Promise<never>;
  /** Sends it something, and returns its next message that has this member. Throws Error when it ends instead. */
  ask<Message extends object>(
    question: Serializable,
    member: keyof Message & string,
  ): Promise<Message>;
  /** Sends it what has no answer. */
  tell(message: Serializable): void;
  onMessage(listener: (message: object) => void): void;
  close(): Promise<void>;
}

/** @param program a module that ends when the channel to its parent closes. */
export function startChild(program: URL): Child {
  const child: ChildProcess = fork(program, {
    execArgv: ["--disable-warning=ExperimentalWarning"],
    // Keeps arrays of numbers and bytes what they are.
    serialization: "advanced",
  });
  const gone = once(child, "exit");
  const failed = gone.then(([code, signal]): never => {
    throw new Error(`${program.pathname} ended with ${code ?? signal}`);
  });
  failed.catch(() => undefined);
  return {
    pid: child.pid ?? Number.NaN,
    failed,
    async ask<Message extends object>(question: Serializable, member: string) {
      const { promise, resolve } = Promise.withResolvers<Message>();
      const listen = (message: object) => {
        if (member in message) resolve(message as Message);
      };
      child.on("message", listen);
      child.send(question);
      await Promise.race([promise, failed]);
      child.off("message", listen);
      return promise;
    },
    tell: (message) => void child.send(message),
    onMessage: (listener) => void child.on("message", listener),
    async close() {
      if (child.connected) child.disconnect();
      await gone;
    },
  };
}
