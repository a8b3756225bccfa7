// Loaded into every service by NODE_OPTIONS. A file gives the offset of its clock, ms. As with a real clock step, timers
// and performance.now() do not change.
import { readFileSync } from "node:fs";

const POLL_MS = 50;
const { VEGA_CHAOS_CLOCK: file } = process.env;
const service = /services[\\/](\w+)[\\/]src[\\/]main\.ts$/.exec(process.argv[1] ?? "")?.[1];

if (file && service) {
  const Real = Date;
  const realNow = Real.now.bind(Real);
  let offset = 0;
  const readOffset = () => {
    try {
      offset = Number(JSON.parse(readFileSync(file, "utf8"))[service] ?? 0);
    } catch {
      // The file does not exist yet, or is being written.
    }
  };
  readOffset();
  setInterval(readOffset, POLL_MS).unref();
  Real.now = () => realNow() + offset;
  globalThis.Date = new Proxy(Real, {
    construct: (target, args, made) =>
      Reflect.construct(target, args.length === 0 ? [Real.now()] : args, made),
    apply: () => new Real(Real.now()).toString(),
  });
}
