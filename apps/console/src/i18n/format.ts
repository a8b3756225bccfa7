import { language } from "./words.ts";

/* Numbers and times in the language of the console. Times are in the zone of the browser. */

/** The region that the browser is set to, such as en-GB, where its language is that of the console. */
const localeOf = (name: string): string =>
  navigator.languages.find((locale) => locale.split("-")[0] === name) ?? name;

const cache = new Map<string, Intl.NumberFormat | Intl.DateTimeFormat | Intl.RelativeTimeFormat>();

/** Formatters cost far more to create than to use. */
function cached<Format extends Intl.NumberFormat | Intl.DateTimeFormat | Intl.RelativeTimeFormat>(
  name: string,
  create: (locale: string) => Format,
): Format {
  const key = `${language.value} ${name}`;
  const known = cache.get(key) as Format | undefined;
  if (known) return known;
  const made = create(localeOf(language.value));
  cache.set(key, made);
  return made;
}

export const number = (value: number, digits = 0): string =>
  cached(
    `number ${digits}`,
    (locale) => new Intl.NumberFormat(locale, { maximumFractionDigits: digits }),
  ).format(value);

export const dollars = (value: number): string => {
  const digits = value !== 0 && Math.abs(value) < 0.01 ? 6 : 2;
  return cached(
    `dollars ${digits}`,
    (locale) =>
      new Intl.NumberFormat(locale, {
        style: "currency",
        currency: "USD",
        minimumFractionDigits: 2,
        maximumFractionDigits: digits,
      }),
  ).format(value);
};

export const bytes = (value: number): string => {
  const units = ["byte", "kilobyte", "megabyte", "gigabyte"] as const;
  const step = Math.min(units.length - 1, Math.floor(Math.log10(Math.max(value, 1)) / 3));
  const unit = units[step] ?? "byte";
  return cached(
    `bytes ${unit}`,
    (locale) =>
      new Intl.NumberFormat(locale, {
        style: "unit",
        unit,
        unitDisplay: "narrow",
        maximumFractionDigits: 1,
      }),
  ).format(value / 1000 ** step);
};

/** Date and time of an ISO 8601 time. */
export const dateTime = (time: string | number): string =>
  cached(
    "dateTime",
    (locale) => new Intl.DateTimeFormat(locale, { dateStyle: "medium", timeStyle: "medium" }),
  ).format(new Date(time));

/** Hours and minutes. */
export const hourMinute = (time: Date): string =>
  cached(
    "hour",
    (locale) => new Intl.DateTimeFormat(locale, { hour: "2-digit", minute: "2-digit" }),
  ).format(time);

export const clockTime = (time: string | number): string =>
  cached("clock", (locale) => new Intl.DateTimeFormat(locale, { timeStyle: "medium" })).format(
    new Date(time),
  );

const STEPS = [
  ["second", 1],
  ["minute", 60],
  ["hour", 3_600],
  ["day", 86_400],
] as const;

/** "3 minutes ago". @param now milliseconds since the epoch */
export function ago(time: string | number, now: number): string {
  const seconds = Math.round((new Date(time).getTime() - now) / 1_000);
  const [unit, size] = STEPS.findLast(([, length]) => Math.abs(seconds) >= length) ?? STEPS[0];
  return cached(
    "ago",
    (locale) => new Intl.RelativeTimeFormat(locale, { numeric: "auto", style: "short" }),
  ).format(Math.trunc(seconds / size), unit);
}

/** "8 s", "3 min 20 s", "2 h 5 min". */
export function duration(milliseconds: number): string {
  const seconds = Math.max(0, Math.round(milliseconds / 1_000));
  if (seconds < 60) return `${seconds} s`;
  if (seconds < 3_600) return `${Math.floor(seconds / 60)} min ${seconds % 60} s`;
  if (seconds < 172_800)
    return `${Math.floor(seconds / 3_600)} h ${Math.floor((seconds % 3_600) / 60)} min`;
  return `${Math.floor(seconds / 86_400)} d`;
}
