import { fork } from "node:child_process";
import { once } from "node:events";

export interface BareServer {
  readonly url: string;
  close(): void;
}

/** Starts the bare server with the bytes of a real answer. */
export async function startBare(answer: Response): Promise<BareServer> {
  const child = fork(new URL("./bare-server.ts", import.meta.url), {
    execArgv: ["--disable-warning=ExperimentalWarning"],
  });
  const headers = Object.fromEntries(
    [...answer.headers].filter(([name]) => !["date", "connection", "keep-alive"].includes(name)),
  );
  child.send({ body: await answer.text(), headers });
  const [{ port }] = (await once(child, "message")) as [{ port: number }];
  return { url: `http://127.0.0.1:${port}/`, close: () => child.disconnect() };
}
