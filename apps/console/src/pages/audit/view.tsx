import "./audit.css";
import { hrefOf, navigate } from "../../router.ts";
import { Choice } from "../../ui/controls.tsx";
import type { ViewProps } from "../define.ts";
import { Errors } from "./errors.tsx";
import { Trail } from "./trail.tsx";
import { Verify } from "./verify.tsx";
import { t } from "./words.ts";

type Tab = "trail" | "errors" | "verify";

export default function Audit({ rest: [part], title }: ViewProps) {
  const tab: Tab = part === "errors" || part === "verify" ? part : "trail";
  return (
    <div class="page">
      <header class="page-head">
        <div>
          <h1>{title}</h1>
          <p>{t.subtitle}</p>
        </div>
        <Choice<Tab>
          label={t.view}
          value={tab}
          values={[
            ["trail", t.trail],
            ["errors", t.errors],
            ["verify", t.verify],
          ]}
          onChange={(next) => navigate(hrefOf("audit", next === "trail" ? [] : [next]))}
        />
      </header>
      {tab === "trail" && <Trail />}
      {tab === "errors" && <Errors />}
      {tab === "verify" && <Verify />}
    </div>
  );
}
