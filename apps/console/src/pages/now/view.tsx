import "./now.css";
import { may } from "../../session/session.ts";
import { isPast } from "../../time/moment.ts";
import { Alerts } from "./alerts.tsx";
import { Cores } from "./cores.tsx";
import { LoopPanel } from "./loop-panel.tsx";
import { PowerChart } from "./power-chart.tsx";
import { Recent } from "./recent.tsx";
import type { ViewProps } from "../define.ts";
import { t } from "./words.ts";

export default function Now({ title }: ViewProps) {
  return (
    <div class="page">
      <header class="page-head">
        <div>
          <h1>{title}</h1>
          <p>{isPast.value ? t.past : t.subtitle}</p>
        </div>
        {may("operate") && !isPast.value && <LoopPanel />}
      </header>
      <Cores />
      {!isPast.value && <PowerChart />}
      {!isPast.value && (
        <div class="columns">
          <Recent />
          {may("operate") && <Alerts />}
        </div>
      )}
    </div>
  );
}
