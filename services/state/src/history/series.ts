import type { CorePoint } from "@vega/contracts";
import { createLTTB } from "downsample";

/*
 * A long series thinned out for a plot while it is read. Two steps: first of each bucket its lowest and its highest
 * point, so that memory has a bound and no peak is lost; from those LTTB picks what shows the shape. That is MinMaxLTTB
 * (Van Der Donckt et al., 2023, https://arxiv.org/abs/2305.00332).
 */

/** The least there are for each point that is wanted: with two points a bucket, the ratio of 4 that the paper found to do. */
const BUCKETS_PER_POINT = 2;

export interface Series {
  /** Adds a point next to the one before it, in either direction of time, but always the same. */
  add(point: CorePoint): void;
  /** At most as many points as are wanted, oldest first; all of them where there are no more. */
  points(): CorePoint[];
}

interface Bucket {
  readonly low: CorePoint;
  readonly high: CorePoint;
}

const lttb = createLTTB<CorePoint>({
  x: ({ time }: CorePoint) => Date.parse(time),
  y: ({ power }: CorePoint) => power,
});

const merge = (a: Bucket, b: Bucket | undefined): Bucket => ({
  low: b && b.low.power < a.low.power ? b.low : a.low,
  high: b && b.high.power > a.high.power ? b.high : a.high,
});

/** @param wanted how many points there are to be at most, 3 or more */
export function createSeries(wanted: number): Series {
  const most = 2 * BUCKETS_PER_POINT * wanted;
  let buckets: Bucket[] = [];
  /** How many points a bucket stands for; the last one may not be full yet. */
  let size = 1;
  let filled = 0;
  let [first, last]: CorePoint[] = [];

  return {
    add(point) {
      first ??= point;
      last = point;
      const bucket = { low: point, high: point };
      const open = filled < size ? buckets.at(-1) : undefined;
      if (open) {
        buckets[buckets.length - 1] = merge(open, bucket);
        filled += 1;
        return;
      }
      if (buckets.length === most) {
        buckets = Array.from({ length: most / 2 }, (_, n) =>
          merge(buckets[2 * n] as Bucket, buckets[2 * n + 1]),
        );
        size *= 2;
      }
      buckets.push(bucket);
      filled = 1;
    },
    points() {
      if (!first || !last) return [];
      const kept = new Set([first, ...buckets.flatMap(({ low, high }) => [low, high]), last]);
      const inOrder = [...kept].toSorted((a, b) => a.sequence - b.sequence);
      return Array.from(lttb(inOrder, wanted));
    },
  };
}
