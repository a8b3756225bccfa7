/** One line of a log, of pino or of the nats-server. */
export interface LogRecord {
  /** One of trace, debug, info, warn, error, fatal. */
  readonly level: string;
  readonly time: Date;
  readonly msg: string;
  readonly fields: Readonly<Record<string, unknown>>;
}

const PINO_LEVELS = new Map([
  [10, "trace"],
  [20, "debug"],
  [30, "info"],
  [40, "warn"],
  [50, "error"],
  [60, "fatal"],
]);
const NATS_LEVELS = new Map([
  ["TRC", "trace"],
  ["DBG", "debug"],
  // The nats-server logs these at every start; they matter only for debugging.
  ["INF", "debug"],
  ["WRN", "warn"],
  ["ERR", "error"],
  ["FTL", "fatal"],
]);
const MAX_VALUE_LENGTH = 300;
const MAX_SUMMARY_LENGTH = 600;

/** Parses a line of JSON that pino wrote; undefined for any other text. */
export function parseServiceLine(line: string): LogRecord | undefined {
  if (!line.startsWith("{")) return undefined;
  let parsed: Record<string, unknown>;
  try {
    parsed = JSON.parse(line) as Record<string, unknown>;
  } catch {
    return undefined;
  }
  const {
    level,
    time,
    msg,
    service: _service,
    name: _name,
    pid: _pid,
    hostname: _host,
    ...fields
  } = parsed;
  const word = typeof level === "number" ? PINO_LEVELS.get(level) : level;
  if (typeof word !== "string") return undefined;
  const date = new Date(typeof time === "number" || typeof time === "string" ? time : Number.NaN);
  return { level: word, time: date, msg: typeof msg === "string" ? msg : "", fields };
}

/** Parses a line of nats-server's log: `[pid] 2026/01/31 12:00:00.000000 [WRN] text`, in local time. */
export function parseNatsLine(line: string): LogRecord | undefined {
  const match = /^\[\d+\] (\d{4})\/(\d\d)\/(\d\d) ([\d:.]+) \[([A-Z]{3})\] (.*)$/.exec(line);
  if (!match) return undefined;
  const [, year, month, day, clock, level = "", msg = ""] = match;
  // Three digits of a second's fraction are what every JavaScript engine reads.
  const time = new Date(`${year}-${month}-${day}T${clock?.slice(0, 12)}`);
  return { level: NATS_LEVELS.get(level) ?? "info", time, msg, fields: {} };
}

/** Message and reason of an error record in one line, abridged in the middle. */
export function summary({ msg, fields }: LogRecord): string {
  const reason = fields.reason ?? errorMessage(fields.err);
  const text = typeof reason === "string" && reason !== msg ? `${msg}: ${reason}` : msg;
  return withoutControls(abridged(text.replaceAll(/\s+/g, " ")));
}

/** The report of a damaged database can be pages long: the start names the fault, the end the remedy. */
function abridged(text: string): string {
  if (text.length <= MAX_SUMMARY_LENGTH) return text;
  const half = MAX_SUMMARY_LENGTH / 2;
  const start = text.slice(0, half).replace(/\S*$/, "");
  const end = text.slice(-half).replace(/^\S*/, "");
  return `${start}…${end}`;
}

/** `HH:MM:SS level service message key=value …`, and the stack of an error below it. */
export function readable(service: string, { level, time, msg, fields }: LogRecord): string {
  const clock = Number.isNaN(time.getTime()) ? "--:--:--" : time.toTimeString().slice(0, 8);
  const values = Object.entries(fields).map(([key, value]) => `${key}=${short(value)}`);
  const line = [clock, level.padEnd(5), service.padEnd(7), msg, ...values].join(" ");
  const stack = level === "error" || level === "fatal" ? stackOf(fields.err) : "";
  return withoutControls(line) + stack.split("\n").map(withoutControls).join("\n");
}

/** The record as a line of JSON, in the format of the services. */
export function json(service: string, { level, time, msg, fields }: LogRecord): string {
  return JSON.stringify({ level, time: time.toISOString(), service, ...fields, msg });
}

function short(value: unknown): string {
  const plain = errorMessage(value) ?? value;
  const simple = typeof plain === "string" && /^[^\s"=]+$/.test(plain);
  const text = simple ? plain : JSON.stringify(plain);
  return text.length > MAX_VALUE_LENGTH ? `${text.slice(0, MAX_VALUE_LENGTH)}…` : text;
}

function errorMessage(value: unknown): string | undefined {
  const isError =
    typeof value === "object" && value !== null && "message" in value && "stack" in value;
  return isError && typeof value.message === "string" ? value.message : undefined;
}

function stackOf(value: unknown): string {
  const isError = typeof value === "object" && value !== null && "stack" in value;
  if (!isError || typeof value.stack !== "string") return "";
  const calls = value.stack.split("\n").filter((line) => line.trimStart().startsWith("at "));
  return calls.map((line) => `\n    ${line.trim()}`).join("");
}

/** A log may hold text of users; it must not control the terminal. */
function withoutControls(text: string): string {
  // oxlint-disable-next-line no-control-regex -- this function removes control characters
  return text.replace(/[\u0000-\u001f\u007f-\u009f]/g, "�");
}
