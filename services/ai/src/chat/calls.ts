/** Calls under way in this process, by what they can be cancelled by. */
export interface Calls {
  /** @returns takes it out again. */
  add(call: ActiveCall): () => void;
  /** Cancels all that fit. @returns how many. */
  cancel(fits: (call: ActiveCall) => boolean): number;
  count(): number;
}

export interface ActiveCall {
  readonly callId: string;
  readonly owner: string | null;
  readonly conversation: string;
  readonly cancel: () => void;
}

export function createCalls(): Calls {
  const calls = new Set<ActiveCall>();
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
