/** Active chat calls of this process. */
export interface Calls {
  /** @returns removes the call */
  add(call: ActiveCall): () => void;
  /** Cancels all matching calls. @returns their number */
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
