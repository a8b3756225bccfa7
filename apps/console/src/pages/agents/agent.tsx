import { useSignal } from "@preact/signals";
import type { AgentRun } from "@vega/contracts";
import type { AgentView } from "@vega/contracts/agents/apply";
import { useEffect } from "preact/hooks";
import { write } from "../../api/client.ts";
import { ago, dateTime, dollars, number } from "../../i18n/format.ts";
import { onEvent } from "../../live/live.ts";
import { hrefOf, navigate } from "../../router.ts";
import { useResource } from "../../store/resource.ts";
import { isPast } from "../../time/moment.ts";
import { Badge, Dialog, IconButton, useAction } from "../../ui/controls.tsx";
import { useNow } from "../../ui/clock.ts";
import { JsonBlock } from "../../ui/json.tsx";
import { Empty, ErrorBox, Loaded } from "../../ui/state.tsx";
import { common } from "../../ui/words.ts";
import { AgentEditor } from "./editor.tsx";
import type { Definition, Runs } from "./types.ts";
import { BUILT_IN, scheduleText } from "./types.ts";
import { t } from "./words.ts";

const RUN_TONES = { running: "accent", complete: "good", failed: "bad" } as const;

function Run({ run }: { run: AgentRun }) {
  const now = useNow();
  const tokens = run.usage ? run.usage.prompt_tokens + run.usage.completion_tokens : null;
  return (
    <li class="stack">
      <div class="row">
        <Badge tone={RUN_TONES[run.status]}>{t[run.status]}</Badge>
        <span>{t.iteration(number(run.iteration))}</span>
        <span class="small muted">
          {run.trigger === "schedule" ? t.scheduled : t.byHand} ·{" "}
          <time dateTime={run.started_at} title={dateTime(run.started_at)}>
            {ago(run.started_at, now)}
          </time>
          {run.model && ` · ${run.model}`}
          {tokens !== null && ` · ${number(tokens)} tokens`}
          {run.cost_usd !== null && ` · ${dollars(run.cost_usd)}`}
        </span>
      </div>
      {run.error && <p class="box box-bad small">{run.error.message}</p>}
      {run.text && <p class="agent-text">{run.text}</p>}
      {Object.keys(run.data).length > 0 && (
        <details>
          <summary class="small">{t.figures}</summary>
          <JsonBlock value={run.data} label={t.figures} />
        </details>
      )}
    </li>
  );
}

/** Definition and runs of one agent, for operators. */
export function AgentPanel({ agent }: { agent: AgentView }) {
  const path = `/api/agents/${encodeURIComponent(agent.name)}`;
  const definition = useResource<Definition>(`${path}/definition`);
  const runs = useResource<Runs>(`${path}/runs?limit=20`);
  const dialog = useSignal<"edit" | "delete" | null>(null);
  const run = useAction(
    () => write("POST", `${path}/run`),
    () => t.started,
  );
  const remove = useAction(
    () => write("DELETE", path),
    () => t.deleted,
  );
  useEffect(
    () =>
      onEvent((event) => {
        const { agent: changed } = event as typeof event & { agent?: { name: string } };
        if (event.type === "agent_changed" && changed?.name === agent.name) runs.reload();
      }),
    [agent.name],
  );
  const isDefined = definition.error?.status !== 404;
  const { value } = definition;
  return (
    <section class="panel aside" aria-labelledby="agent">
      <div class="panel-head">
        <h2 id="agent">{agent.name}</h2>
        {!isPast.value && (
          <div class="actions">
            <button
              type="button"
              class="button button-small"
              disabled={run.isRunning || !isDefined}
              onClick={() => void run.run()}
            >
              {t.run}
            </button>
            <IconButton icon="edit" label={t.edit} onClick={() => (dialog.value = "edit")} />
            {!BUILT_IN.has(agent.name) && (
              <IconButton icon="trash" label={t.delete} onClick={() => (dialog.value = "delete")} />
            )}
          </div>
        )}
      </div>
      <div class="panel-body stack">
        {run.error && <ErrorBox error={run.error} />}
        {!isDefined && <p class="box box-warn small">{t.undefined}</p>}
        {isDefined && (
          <Loaded of={definition} retry={definition.reload}>
            {(defined) => (
              <dl class="pairs">
                <dt>{t.schedule}</dt>
                <dd>
                  {scheduleText(defined.schedule)}{" "}
                  {!defined.enabled && <Badge tone="warn">{t.disabled}</Badge>}
                </dd>
                <dt>{t.model}</dt>
                <dd class="mono">{defined.model ?? t.preferred}</dd>
                {defined.memory_namespace && (
                  <>
                    <dt>{t.remembers}</dt>
                    <dd>
                      <a href={hrefOf("memory", [defined.memory_namespace], { shared: "1" })}>
                        {defined.memory_namespace}
                      </a>
                    </dd>
                  </>
                )}
                <dt>{t.budget}</dt>
                <dd>
                  {defined.budget.tokens_per_day === null
                    ? t.unlimited
                    : number(defined.budget.tokens_per_day)}
                </dd>
                <dt>{t.prompt}</dt>
                <dd class="agent-text">{defined.prompt ?? t.builtIn}</dd>
              </dl>
            )}
          </Loaded>
        )}
        <a class="small" href={hrefOf("events", [], { subject: `agents/${agent.name}` })}>
          {t.changes}
        </a>
      </div>
      <div class="panel-head">
        <h3>{t.runs}</h3>
      </div>
      <Loaded of={runs} retry={runs.reload}>
        {({ runs: list }) =>
          list.length === 0 ? (
            <Empty title={t.noRuns} />
          ) : (
            <ol class="list">
              {list.map((one) => (
                <Run key={one.iteration} run={one} />
              ))}
            </ol>
          )
        }
      </Loaded>
      {dialog.value === "edit" && (
        <AgentEditor
          name={agent.name}
          definition={value ?? null}
          description={agent.description}
          onClose={(isSaved) => {
            dialog.value = null;
            if (isSaved) definition.reload();
          }}
        />
      )}
      {dialog.value === "delete" && (
        <Dialog title={t.delete} onClose={() => (dialog.value = null)}>
          <p>
            <strong>{agent.name}</strong>: {t.deleteText}
          </p>
          {remove.error && <ErrorBox error={remove.error} />}
          <div class="actions actions-end">
            <button type="button" class="button" onClick={() => (dialog.value = null)}>
              {common.cancel}
            </button>
            <button
              type="button"
              class="button button-bad"
              onClick={() =>
                void remove.run().then((isDone) => isDone && navigate(hrefOf("agents")))
              }
            >
              {common.delete}
            </button>
          </div>
        </Dialog>
      )}
    </section>
  );
}
