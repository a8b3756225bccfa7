import { setTimeout as delay } from "node:timers/promises";
import type { Target } from "../rig/target.ts";

/** A completion that its client has whole. */
export interface Answered {
  readonly conversation: string;
  readonly text: string;
}

/** One that asks a model for as long as it runs, as a stream every other time. */
export interface Asker {
  /** What was asked, a text of its own each → what was answered. */
  readonly acknowledged: ReadonlyMap<string, Answered>;
  stop(): Promise<void>;
}

type Asked = Pick<Target, "api" | "token" | "model">;

interface Chunk {
  readonly choices?: readonly {
    readonly delta?: { readonly content?: string };
    readonly finish_reason?: string | null;
  }[];
}

/** Asks once. Undefined: not answered, or not to its end. */
export async function askOnce(
  { api, token, model }: Asked,
  question: string,
  stream: boolean,
): Promise<Answered | undefined> {
  const body = { model, stream, messages: [{ role: "user", content: question }] };
  const response = await fetch(`${api.url}/v1/chat/completions`, {
    method: "POST",
    headers: {
      authorization: `Bearer ${token}`,
      "content-type": "application/json",
    },
    body: JSON.stringify(body),
  });
  const said = await response.text();
  const conversation = response.headers.get("vega-conversation");
  if (response.status !== 200 || !conversation) return undefined;
  if (!stream) {
    const { choices } = JSON.parse(said) as {
      choices: readonly { message: { content: string } }[];
    };
    return { conversation, text: choices[0]?.message.content ?? "" };
  }
  const data = said.split("\n\n").flatMap((frame) => /^data: (.*)$/m.exec(frame)?.[1] ?? []);
  if (data.at(-1) !== "[DONE]") return undefined;
  const chunks = data.slice(0, -1).map((text) => JSON.parse(text) as Chunk);
  if (!chunks.some(({ choices }) => choices?.[0]?.finish_reason === "stop")) return undefined;
  const text = chunks.map(({ choices }) => choices?.[0]?.delta?.content ?? "").join("");
  return { conversation, text };
}

export function startAsker(platform: Asked, name: string, pauseMs: number): Asker {
  const acknowledged = new Map<string, Answered>();
  let stopped = false;
  const running = (async () => {
    for (let asked = 1; !stopped; asked += 1) {
      const question = `${name} asks ${asked}`;
      // Ai or the gateway is gone for the moment.
      const answer = await askOnce(platform, question, asked % 2 === 0).catch(() => undefined);
      if (answer) acknowledged.set(question, answer);
      await delay(pauseMs);
    }
  })();
  return {
    acknowledged,
    async stop() {
      stopped = true;
      await running;
    },
  };
}
