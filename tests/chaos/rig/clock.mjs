// Loaded into every service by NODE_OPTIONS: its clock is off by as many milliseconds as a file says, from the moment
// the file says so. As with a real step of a machine's clock, timers and performance.now() do not jump.
import { readFileSync } from "node:fs";

const LOOK_MS = 50;
const { VEGA_CHAOS_CLOCK: file } = process.env;
const service = /services[\\/](\w+)[\\/]src[\\/]main\.ts$/.exec(process.argv[1] ?? "")?.[1];

if (file && service) {
  const Real = Date;
  const realNow = Real.now.bind(Real);
  let offset = 0;
  const look = () => {
    try {
      offset = Number(JSON.parse(readFileSync(file, "utf8"))[service] ?? 0);
    } catch {
      // There is none yet, or it is being written.
    }
  };
  look();
  setInterval(look, LOOK_MS).unref();
  Real.now = () => realNow() + offset;
  globalThis.Date = new Proxy(Real, {
    construct: (target, args, made) =>
      Reflect.construct(target, args.length === 0 ? [Real.now()] : args, made),
    apply: () => new Real(Real.now()).toString(),
  });
}
