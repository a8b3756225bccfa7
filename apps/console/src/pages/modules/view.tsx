import "./modules.css";
import { useSignal } from "@preact/signals";
import type { ModuleView } from "@vega/contracts/modules/apply";
import { useEffect, useRef } from "preact/hooks";
import { write } from "../../api/client.ts";
import { hrefOf } from "../../router.ts";
import { may } from "../../session/session.ts";
import { modulesSlice } from "../../store/slices.ts";
import { useSlice } from "../../store/slice.ts";
import { isPast } from "../../time/moment.ts";
import { Badge, Dialog, useAction } from "../../ui/controls.tsx";
import { ErrorBox, Loaded } from "../../ui/state.tsx";
import { common } from "../../ui/words.ts";
import type { ViewProps } from "../define.ts";
import { t } from "./words.ts";

function Module({
  name,
  module,
  isChosen,
}: {
  name: string;
  module: ModuleView;
  isChosen: boolean;
}) {
  const isOn = module.status === "active";
  const isAsking = useSignal(false);
  const row = useRef<HTMLLIElement>(null);
  const turn = useAction(
    (status: string) => write("PATCH", `/api/modules/${encodeURIComponent(name)}`, { status }),
    () => t.changed(name),
  );
  useEffect(() => {
    if (isChosen) row.current?.scrollIntoView({ block: "center" });
  }, [isChosen]);
  const off = () => {
    isAsking.value = false;
    void turn.run("inactive");
  };
  return (
    <li ref={row} class={isChosen ? "module module-chosen" : "module"}>
      <div class="module-head">
        <h2>{name}</h2>
        {may("operate") && !isPast.value ? (
          <button
            type="button"
            role="switch"
            class="switch"
            aria-checked={isOn}
            aria-label={name}
            title={isOn ? t.turnOff(name) : t.turnOn(name)}
            disabled={turn.isRunning}
            onClick={() => {
              // A label gates nothing, so it needs no question.
              if (isOn && module.capability !== null) isAsking.value = true;
              else void turn.run(isOn ? "inactive" : "active");
            }}
          />
        ) : (
          <Badge tone={isOn ? "good" : "plain"}>{isOn ? t.on : t.off}</Badge>
        )}
      </div>
      <p>{module.description}</p>
      <p class="small muted">{module.capability ?? t.label}</p>
      {may("operate") && (
        <a class="small" href={hrefOf("events", [], { subject: `modules/${name}` })}>
          {t.history}
        </a>
      )}
      {turn.error && <ErrorBox error={turn.error} />}
      {isAsking.value && (
        <Dialog title={t.confirm(name)} onClose={() => (isAsking.value = false)}>
          <p>{t.effect(module.capability ?? "")}</p>
          <div class="actions actions-end">
            <button type="button" class="button" onClick={() => (isAsking.value = false)}>
              {common.cancel}
            </button>
            <button type="button" class="button button-bad" onClick={off}>
              {t.off_}
            </button>
          </div>
        </Dialog>
      )}
    </li>
  );
}

export default function Modules({ rest: [chosen], title }: ViewProps) {
  const modules = useSlice(modulesSlice);
  return (
    <div class="page">
      <header class="page-head">
        <div>
          <h1>{title}</h1>
          <p>{t.subtitle}</p>
        </div>
      </header>
      <Loaded of={modules} retry={modulesSlice.reload} lines={9}>
        {(value) => (
          <ul class="cards">
            {Object.entries(value)
              .toSorted(
                ([, a], [, b]) => Number(a.capability === null) - Number(b.capability === null),
              )
              .map(([name, module]) => (
                <Module key={name} name={name} module={module} isChosen={name === chosen} />
              ))}
          </ul>
        )}
      </Loaded>
    </div>
  );
}
