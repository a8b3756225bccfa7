import { z } from "zod";
import { daySchema } from "../usage/documents.ts";

const count = z.int().min(0);

/** Names of one list and day at most; further names are summed under OTHER_NAME. */
export const MAX_NAMES = 50;
export const OTHER_NAME = "other";

/** Longest host name, and longest path of a download. */
export const MAX_NAME_LENGTH = 253;

/** A route group, page, host or file, and how often it was counted. */
export const namedCountSchema = z.object({
  name: z.string().min(1).max(MAX_NAME_LENGTH),
  count: z.int().min(1),
});
export type NamedCount = z.infer<typeof namedCountSchema>;

/** Lists of counts, in order of first occurrence. */
export const COUNTED_LISTS = ["pages", "api", "referrers", "downloads"] as const;
export type CountedList = (typeof COUNTED_LISTS)[number];

const namedCounts = z.array(namedCountSchema).max(MAX_NAMES + 1);

const lists = {
  /** Page views by route. */
  pages: namedCounts,
  /** API calls by route group. */
  api: namedCounts,
  /** Page views by host of the referring page, other hosts only. */
  referrers: namedCounts,
  downloads: namedCounts,
};

/** What a gateway counted since its last report, or the sum of a day. No address, agent or digest. */
const countsShape = {
  /** Page views of people. */
  page_views: count,
  /** Of these: with Do-Not-Track or Global Privacy Control, so without visitor, session and referrer. */
  untracked_views: count,
  /** Page views of bots, which count nowhere else. */
  bot_views: count,
  /** Different visitors of the day. */
  visitors: count,
  sessions: count,
  /** Time from the first to the last request of each session, summed. */
  session_ms: count,
  ...lists,
};

/** Sessions with one page view and less than 10 s. An increment is negative where a session has gone on. */
const bounced = z.int();

export const trafficCountsSchema = z.object({
  ...countsShape,
  bounced,
  /** True where a limit of memory was reached: more visitors came than were counted. */
  is_minimum: z.boolean(),
});
export type TrafficCounts = z.infer<typeof trafficCountsSchema>;

/** The counts of one day of UTC, of all gateways. */
export const trafficDaySchema = trafficCountsSchema.extend({ day: daySchema });
export type TrafficDay = z.infer<typeof trafficDaySchema>;

/** The last report of a gateway that was counted. */
export const trafficSourceSchema = z.object({
  source: z.uuid(),
  report: z.int().min(1),
  expires_at: z.iso.datetime(),
});

const dayVisitorsSchema = z.object({ day: daySchema, visitors: count });

/**
 * Counters that go on from the imported ones of the crystal: counted since the last import. Visitors of different days
 * are not added up, since they may be the same people: of all days, the highest number is known to be different visitors.
 */
export const visitsSchema = z.object({
  page_views: count,
  most_visitors: count,
  /** The newest day, and the day of the import with its visitors before it. */
  latest: dayVisitorsSchema.nullable(),
  base: dayVisitorsSchema.nullable(),
});
export type Visits = z.infer<typeof visitsSchema>;

export const NO_VISITS: Visits = { page_views: 0, most_visitors: 0, latest: null, base: null };

export const TRAFFIC_BY = ["day", "week", "month"] as const;
export type TrafficBy = (typeof TRAFFIC_BY)[number];

/** Maximum number of days in one reply. */
export const MAX_TRAFFIC_DAYS = 366;

/** Sums of several days. */
const trafficSumSchema = z.object({
  page_views: count,
  untracked_views: count,
  bot_views: count,
  api_calls: count,
  downloads: count,
  sessions: count,
  /** Average time from the first to the last request of a session, seconds; null without sessions. */
  average_seconds: z.number().min(0).nullable(),
  /** Part of the sessions with one page view and less than 10 s, 0 to 1; null without sessions. */
  bounce_rate: z.number().min(0).max(1).nullable(),
});

/** A day, a week from Monday on, or a month, as far as it is within the requested days. */
export const trafficRowSchema = trafficSumSchema.extend({
  /** `2026-11-30`, `2026-W49` or `2026-11` */
  period: z.string(),
  /** First and last day with counts. */
  from: daySchema,
  to: daySchema,
  /** Days with counts. */
  days: z.int().min(1),
  /** Different visitors; null for more than one day, since visitors of different days may be the same. */
  visitors: count.nullable(),
  /** Average of the days with counts, and the day with most visitors. */
  visitors_per_day: z.object({ average: z.number().min(0), most: count, most_on: daySchema }),
  /** True where more visitors came than were counted. */
  is_minimum: z.boolean(),
});
export type TrafficRow = z.infer<typeof trafficRowSchema>;

export const trafficReportSchema = z.object({
  total: trafficSumSchema,
  rows: z.array(trafficRowSchema),
  ...lists,
});
export type TrafficReport = z.infer<typeof trafficReportSchema>;
