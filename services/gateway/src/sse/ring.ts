import type { Frame } from "./frames.ts";

/** Ring buffer of the newest frames, without a gap. */
export interface Ring {
  /** The sequence of the newest frame; without one, the base. */
  head(): number;
  push(frame: Frame): void;
  /** Up to `limit` frames after a sequence, oldest first; undefined if they have been overwritten. */
  after(sequence: number, limit: number): Frame[] | undefined;
}

/** @param base the sequence after which the first frame comes. */
export function createRing(size: number, base: number): Ring {
  const slots: Frame[] = [];
  let head = base;
  return {
    head: () => head,
    push(frame) {
      if (frame.sequence !== head + 1) {
        throw new Error(`frame ${frame.sequence} does not follow ${head}`);
      }
      slots[frame.sequence % size] = frame;
      head = frame.sequence;
    },
    after(sequence, limit) {
      if (sequence < Math.max(base, head - size) || sequence > head) return undefined;
      const frames: Frame[] = [];
      const last = Math.min(head, sequence + limit);
      for (let next = sequence + 1; next <= last; next += 1) {
        frames.push(slots[next % size] as Frame);
      }
      return frames;
    },
  };
}
