import { once } from "node:events";
import type { Socket } from "node:net";
import { connect } from "node:net";
import { answerReader } from "./answer-reader.ts";
import { spreadOf } from "./figures.ts";
import type { Spread } from "./figures.ts";

/** How long an answer may take before the measurement is given up. */
const PATIENCE_MS = 15_000;

/** A load of closed loops: each connection sends its next request when the last one is answered. */
export interface Load {
  /** `http://host:port`; connections are spread over several, one after the other. */
  readonly url: string | readonly string[];
  readonly connections: number;
  readonly seconds: number;
  /** A connection's next request, as it goes over the wire. */
  readonly next: (connection: number) => string | Buffer;
  readonly answered?: (connection: number, status: number) => void;
}

/** What came of a load. Times in milliseconds. */
export interface Round extends Spread {
  readonly perSecond: number;
  readonly answers: number;
  /** Answers that were not 2xx. */
  readonly failed: number;
  /** How busy the generator's thread was, 0..1: near 1 it is the generator that was measured. */
  readonly generator: number;
}

/**
 * Puts a server under load. No request is left unanswered at the end, so that what was carried out is known.
 * Throws Error when a connection breaks or an answer takes longer than 15 s.
 */
export async function underLoad(load: Load): Promise<Round> {
  const urls = [load.url].flat();
  const sockets = await Promise.all(
    Array.from({ length: load.connections }, (_, connection) =>
      openSocket(new URL(urls[connection % urls.length] ?? "")),
    ),
  );
  const times: number[] = [];
  let failed = 0;
  const idle = performance.eventLoopUtilization();
  const started = performance.now();
  const deadline = started + load.seconds * 1_000;
  const giveUp = setTimeout(
    () => {
      for (const socket of sockets) socket.destroy(new Error(`no answer within ${PATIENCE_MS} ms`));
    },
    load.seconds * 1_000 + PATIENCE_MS,
  );
  try {
    await Promise.all(
      sockets.map((socket, connection) =>
        keepAsking(
          socket,
          deadline,
          () => load.next(connection),
          (status, ms) => {
            times.push(ms);
            if (status < 200 || status > 299) failed += 1;
            load.answered?.(connection, status);
          },
        ),
      ),
    );
  } finally {
    clearTimeout(giveUp);
    for (const socket of sockets) socket.destroy();
  }
  const seconds = (performance.now() - started) / 1_000;
  const generator = performance.eventLoopUtilization(idle).utilization;
  const answers = times.length;
  return { perSecond: answers / seconds, answers, failed, generator, ...spreadOf(times) };
}

async function openSocket({ hostname, port }: URL): Promise<Socket> {
  const socket = connect({ host: hostname, port: Number(port), noDelay: true });
  await once(socket, "connect");
  return socket;
}

function keepAsking(
  socket: Socket,
  deadline: number,
  next: () => string | Buffer,
  answered: (status: number, ms: number) => void,
): Promise<void> {
  return new Promise((resolve, reject) => {
    let sent = 0;
    const ask = () => {
      sent = performance.now();
      socket.write(next());
    };
    const read = answerReader((status) => {
      const now = performance.now();
      answered(status, now - sent);
      if (now < deadline) ask();
      else resolve();
    });
    socket.on("data", (chunk) => {
      try {
        read(chunk);
      } catch (error) {
        reject(error);
      }
    });
    socket.on("error", reject);
    socket.on("close", () => reject(new Error("the server closed a connection")));
    ask();
  });
}
