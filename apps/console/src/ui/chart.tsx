import { useEffect, useRef } from "preact/hooks";
import type uPlot from "uplot";
import { hourMinute } from "../i18n/format.ts";
import { language } from "../i18n/words.ts";
import { isDark } from "../theme.ts";

export interface Curve {
  readonly label: string;
  /** A custom property with the colour, such as `--alpha`. */
  readonly colour: string;
}

export interface ChartProps {
  /** Times in seconds, then the values of each curve. */
  readonly data: uPlot.AlignedData;
  readonly curves: readonly Curve[];
  readonly height: number;
  /** What it shows, for those who do not see it. */
  readonly label: string;
  /** Range of the y axis. */
  readonly range: readonly [number, number];
  readonly onPick?: (index: number) => void;
}

const cssColour = (name: string) =>
  getComputedStyle(document.documentElement).getPropertyValue(name).trim();

/** Curves over time. The library is loaded with the first chart. */
export function Chart({ data, curves, height, label, range, onPick }: ChartProps) {
  const box = useRef<HTMLDivElement>(null);
  const plot = useRef<uPlot>(null);
  const shown = useRef(data);
  shown.current = data;

  useEffect(() => {
    let isGone = false;
    let observer: ResizeObserver | undefined;
    void Promise.all([import("uplot"), import("uplot/dist/uPlot.min.css")]).then(
      ([{ default: Plot }]) => {
        const { current } = box;
        if (isGone || !current) return;
        const [muted, line] = [cssColour("--muted"), cssColour("--line")];
        const axis = {
          stroke: muted,
          font: `11px ${cssColour("--sans")}`,
          grid: { stroke: line, width: 1 },
          ticks: { stroke: line, width: 1, size: 4 },
        };
        const made = new Plot(
          {
            width: current.clientWidth,
            height,
            padding: [10, 8, 0, 0],
            legend: { show: false },
            cursor: { points: { size: 7 }, drag: { x: false, y: false } },
            scales: { x: { time: true }, y: { range: [...range] } },
            axes: [
              { ...axis, space: 80, size: 28 },
              { ...axis, size: 36, splits: [0, 25, 50, 75, 100] },
            ],
            fmtDate: () => hourMinute,
            series: [
              {},
              ...curves.map(({ label: name, colour }) => ({
                label: name,
                stroke: cssColour(colour),
                width: 1.75,
                spanGaps: true,
                points: { show: false },
                paths: Plot.paths.stepped?.({ align: 1 }),
              })),
            ],
          },
          shown.current,
          current,
        );
        plot.current = made;
        made.over.addEventListener("click", () => {
          const { idx } = made.cursor;
          if (idx !== null && idx !== undefined) onPick?.(idx);
        });
        observer = new ResizeObserver(() => {
          made.setSize({ width: current.clientWidth, height });
        });
        observer.observe(current);
      },
    );
    return () => {
      isGone = true;
      observer?.disconnect();
      plot.current?.destroy();
      plot.current = null;
    };
  }, [isDark.value, language.value, curves, height]);
  useEffect(() => plot.current?.setData(data), [data]);

  return <div ref={box} class="chart" role="img" aria-label={label} />;
}
