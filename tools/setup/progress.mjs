const TERMINAL_PERIOD_MS = 1_000;
const PERIOD_MS = 5_000;

/**
 * Progress lines of the set-up.
 * @param {{ write(text: string): unknown, isTTY?: boolean }} stream
 * @param {{ now?: () => number, periodMs?: number }} options `now`: a monotonic clock, ms
 */
export function createProgress(stream, options = {}) {
  const { now = () => performance.now(), periodMs } = options;
  const period = periodMs ?? (stream.isTTY ? TERMINAL_PERIOD_MS : PERIOD_MS);
  // On a terminal each line of elapsed time replaces the previous one.
  const clear = stream.isTTY ? "\r\u001B[K" : "";
  const lineEnd = stream.isTTY ? "" : "\n";
  const note = (text) => void stream.write(`${clear}vega: ${text}\n`);

  return {
    note,
    /** Runs the work; shows its name and the elapsed seconds every period. */
    async during(name, work) {
      const started = now();
      const timer = setInterval(() => {
        const seconds = Math.round((now() - started) / 1000);
        stream.write(`${clear}vega: ${name} …   ${seconds} s${lineEnd}`);
      }, period);
      try {
        return await work();
      } finally {
        clearInterval(timer);
        stream.write(clear);
      }
    },
    /** The same with a line at the start and one at the end. */
    async step(name, done, work) {
      const started = now();
      note(`${name} …`);
      const result = await this.during(name, work);
      note(`${done}   ${((now() - started) / 1000).toFixed(1)} s`);
      return result;
    },
  };
}
