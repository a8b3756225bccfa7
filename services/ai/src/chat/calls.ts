/** Calls under way in this process, by what they can be cancelled by. */
export interface Calls {
  /** @returns takes it out again. */
  add(call: UnderWay): () => void;
  /** Cancels all that fit. @returns how many. */
  cancel(fits: (call: UnderWay) => boolean): number;
  count(): number;
}

export interface UnderWay {
  readonly callId: string;
  readonly owner: string | null;
  readonly conversation: string;
  readonly cancel: () => void;
}

export function createCalls(): Calls {
  const calls = new Set<UnderWay>();
  return {
    add(call) {
      calls.add(call);
      return () => void calls.delete(call);
    },
    cancel(fits) {
      const found = [...calls].filter(fits);
      for (const call of found) call.cancel();
      return found.length;
    },
    count: () => calls.size,
  };
}
