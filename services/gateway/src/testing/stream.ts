import { EventEmitter } from "node:events";
import type { ClientStream } from "../sse/client.ts";

/** The stream of a client: records its bytes and can stop reading. */
export class TestStream extends EventEmitter implements ClientStream {
  text = "";
  ended = false;
  destroyed = false;
  writableNeedDrain = false;
  writableLength = 0;
  #reading = true;

  write(chunk: Buffer | string): boolean {
    this.text += chunk.toString();
    if (!this.#reading) {
      this.writableLength += chunk.length;
      this.writableNeedDrain = true;
    }
    return this.#reading;
  }

  end(): this {
    this.ended = true;
    this.emit("close");
    return this;
  }

  destroy(): this {
    this.destroyed = true;
    this.emit("close");
    return this;
  }

  stopReading(): void {
    this.#reading = false;
  }

  readOn(): void {
    this.#reading = true;
    this.writableLength = 0;
    this.writableNeedDrain = false;
    this.emit("drain");
  }

  /** Of all events, the hello and resyncs among them. */
  ids(): number[] {
    return [...this.text.matchAll(/^id: (\d+)$/gm)].map(([, id]) => Number(id));
  }

  /** `data` of all events. */
  data(): { type: string; [key: string]: unknown }[] {
    return [...this.text.matchAll(/^data: (.*)$/gm)].map(([, json]) => JSON.parse(json ?? ""));
  }

  types(): string[] {
    return this.data().map(({ type }) => type);
  }
}
