import { AnalyticsPanel } from "./analytics.tsx";
import { BackupsPanel } from "./backups.tsx";
import { Providers } from "./providers.tsx";
import { Services } from "./services.tsx";
import type { ViewProps } from "../define.ts";
import { t } from "./words.ts";

export default function Operations({ title }: ViewProps) {
  return (
    <div class="page">
      <header class="page-head">
        <div>
          <h1>{title}</h1>
          <p>{t.subtitle}</p>
        </div>
      </header>
      <div class="columns">
        <div class="stack">
          <Services />
          <BackupsPanel />
        </div>
        <div class="stack">
          <Providers />
          <AnalyticsPanel />
        </div>
      </div>
    </div>
  );
}
