import "./agents.css";
import { useSignal } from "@preact/signals";
import { hrefOf } from "../../router.ts";
import { may } from "../../session/session.ts";
import { agentsSlice } from "../../store/slices.ts";
import { useSlice } from "../../store/slice.ts";
import { isPast } from "../../time/moment.ts";
import { Badge } from "../../ui/controls.tsx";
import { Icon } from "../../ui/icon.tsx";
import { Empty, Loaded } from "../../ui/state.tsx";
import type { ViewProps } from "../define.ts";
import { AgentPanel } from "./agent.tsx";
import { AgentEditor } from "./editor.tsx";
import { t } from "./words.ts";

const TONES = { idle: "plain", running: "accent", active: "good", syncing: "warn" } as const;

export default function Agents({ rest: [chosen], title }: ViewProps) {
  const agents = useSlice(agentsSlice);
  const isCreating = useSignal(false);
  const isOperator = may("operate");
  return (
    <div class="page">
      <header class="page-head">
        <div>
          <h1>{title}</h1>
          <p>{t.subtitle}</p>
        </div>
        {isOperator && !isPast.value && (
          <button
            type="button"
            class="button button-primary"
            onClick={() => (isCreating.value = true)}
          >
            <Icon name="plus" />
            {t.new}
          </button>
        )}
      </header>
      <Loaded of={agents} retry={agentsSlice.reload}>
        {(list) => {
          const agent = list.find(({ name }) => name === chosen);
          return (
            <div class={agent && isOperator ? "split" : ""}>
              <section class="panel" aria-label={title}>
                {list.length === 0 && <Empty title={t.none}>{t.noneText}</Empty>}
                <ul class="list agents">
                  {list.map(({ name, state, description }) => {
                    const line = (
                      <>
                        <span class="agent-name">{name}</span>
                        <Badge tone={TONES[state]}>{t[state]}</Badge>
                        <span class="muted agent-description">{description}</span>
                      </>
                    );
                    return (
                      <li key={name} class={name === chosen ? "agent-chosen" : ""}>
                        {isOperator ? (
                          <a
                            href={hrefOf("agents", [name])}
                            aria-current={name === chosen || undefined}
                          >
                            {line}
                          </a>
                        ) : (
                          <span>{line}</span>
                        )}
                      </li>
                    );
                  })}
                </ul>
              </section>
              {agent && isOperator && <AgentPanel key={agent.name} agent={agent} />}
            </div>
          );
        }}
      </Loaded>
      {isCreating.value && (
        <AgentEditor
          name={null}
          definition={null}
          description=""
          onClose={() => (isCreating.value = false)}
        />
      )}
    </div>
  );
}
