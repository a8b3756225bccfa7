import type { CoreView } from "@vega/contracts/crystal/apply";
import { useEffect, useRef } from "preact/hooks";
import { coresSlice } from "../../store/slices.ts";
import { isPast, shownEntry } from "../../time/moment.ts";
import { useSlice } from "../../store/slice.ts";
import { Badge } from "../../ui/controls.tsx";
import { useNow } from "../../ui/clock.ts";
import { Loaded } from "../../ui/state.tsx";
import { CORES } from "./curve.ts";
import { evidenceOf } from "./evidence.ts";
import { t } from "./words.ts";

const TONES = { online: "good", active: "good", initializing: "warn", offline: "bad" } as const;

function Core({ name, core }: { name: (typeof CORES)[number]; core: CoreView }) {
  const present = useNow();
  // "An hour ago" is counted from the moment that is shown.
  const then = isPast.value ? Date.parse(shownEntry.value?.time ?? "") : Number.NaN;
  const now = Number.isNaN(then) ? present : then;
  const bar = useRef<HTMLSpanElement>(null);
  useEffect(() => {
    if (bar.current) bar.current.style.width = `${core.power}%`;
  }, [core.power]);
  const status = core.status as keyof typeof TONES;
  return (
    <li class={`core core-${name}`}>
      <div class="core-head">
        <h2>
          {name} <span class="muted">{t[name]}</span>
        </h2>
        <Badge tone={TONES[status] ?? "plain"}>{t[status] ?? core.status}</Badge>
      </div>
      <p class="core-power number">{core.power}</p>
      <div class="meter" aria-hidden="true">
        <span ref={bar} />
      </div>
      {evidenceOf(name, core, now).map((line) => (
        <p class="small muted" key={line}>
          {line}
        </p>
      ))}
    </li>
  );
}

/** The cores with the figures behind each. */
export function Cores() {
  const cores = useSlice(coresSlice);
  return (
    <Loaded of={cores} retry={coresSlice.reload} lines={6}>
      {(value) => (
        <ul class="cards">
          {CORES.map((name) => (
            <Core key={name} name={name} core={value[name]} />
          ))}
        </ul>
      )}
    </Loaded>
  );
}
