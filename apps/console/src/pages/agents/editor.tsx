import { useSignal } from "@preact/signals";
import type { AgentSchedule } from "@vega/contracts";
import { write } from "../../api/client.ts";
import { hrefOf, navigate } from "../../router.ts";
import { Choice, Dialog, Field, Form, useAction } from "../../ui/controls.tsx";
import { SaveActions } from "../../ui/save-actions.tsx";
import type { Definition } from "./types.ts";
import { BUILT_IN } from "./types.ts";
import { t } from "./words.ts";

type Kind = "every" | "phases" | "manual";
const PHASES = [3, 5, 8] as const;

const kindOf = (schedule: AgentSchedule): Kind =>
  schedule === null ? "manual" : "every" in schedule ? "every" : "phases";

/** Creates an agent or replaces its definition. */
export function AgentEditor({
  name: known,
  definition,
  description: knownDescription,
  onClose,
}: {
  name: string | null;
  definition: Definition | null;
  description: string;
  onClose: (isSaved: boolean) => void;
}) {
  const schedule = definition?.schedule ?? null;
  const name = useSignal(known ?? "");
  const description = useSignal(knownDescription);
  const prompt = useSignal(definition?.prompt ?? "");
  const model = useSignal(definition?.model ?? "");
  const namespace = useSignal(definition?.memory_namespace ?? "");
  const tokens = useSignal(String(definition?.budget.tokens_per_day ?? ""));
  const isEnabled = useSignal(definition?.enabled ?? true);
  const kind = useSignal<Kind>(definition ? kindOf(schedule) : "every");
  const every = useSignal(schedule !== null && "every" in schedule ? schedule.every : 10);
  const phases = useSignal<readonly number[]>(
    schedule !== null && "phases" in schedule ? schedule.phases : [8],
  );
  const isBuiltIn = BUILT_IN.has(known ?? "");

  const save = useAction(
    async () => {
      const wanted = {
        every: { every: every.peek() },
        phases: { phases: phases.peek() },
        manual: null,
      }[kind.peek()];
      await write("PUT", `/api/agents/${encodeURIComponent(name.peek())}`, {
        ...(description.peek() !== "" && { description: description.peek() }),
        ...(!isBuiltIn && { prompt: prompt.peek() }),
        model: model.peek() || null,
        schedule: wanted,
        memory_namespace: namespace.peek() || null,
        budget: { tokens_per_day: tokens.peek() === "" ? null : Number(tokens.peek()) },
        enabled: isEnabled.peek(),
      });
      navigate(hrefOf("agents", [name.peek()]), { replace: true });
    },
    () => t.saved,
  );
  return (
    <Dialog title={known ?? t.new} onClose={() => onClose(false)} wide>
      <Form onSubmit={() => void save.run().then((isDone) => isDone && onClose(true))}>
        <div class="filters">
          {known === null && (
            <Field label={t.name} hint={t.nameHint}>
              {(ids) => (
                <input
                  {...ids}
                  type="text"
                  required
                  value={name.value}
                  onInput={({ currentTarget }) => (name.value = currentTarget.value)}
                />
              )}
            </Field>
          )}
          <Field label={t.description}>
            {(ids) => (
              <input
                {...ids}
                type="text"
                value={description.value}
                onInput={({ currentTarget }) => (description.value = currentTarget.value)}
              />
            )}
          </Field>
          <Field label={t.model}>
            {(ids) => (
              <input
                {...ids}
                type="text"
                placeholder={t.preferred}
                value={model.value}
                onInput={({ currentTarget }) => (model.value = currentTarget.value)}
              />
            )}
          </Field>
          <Field label={t.memory} hint={t.memoryHint}>
            {(ids) => (
              <input
                {...ids}
                type="text"
                value={namespace.value}
                onInput={({ currentTarget }) => (namespace.value = currentTarget.value)}
              />
            )}
          </Field>
          <Field label={t.budget} hint={t.budgetHint}>
            {(ids) => (
              <input
                {...ids}
                type="number"
                min={1}
                value={tokens.value}
                onInput={({ currentTarget }) => (tokens.value = currentTarget.value)}
              />
            )}
          </Field>
        </div>
        {!isBuiltIn && (
          <Field label={t.prompt}>
            {(ids) => (
              <textarea
                {...ids}
                rows={7}
                required
                value={prompt.value}
                onInput={({ currentTarget }) => (prompt.value = currentTarget.value)}
              />
            )}
          </Field>
        )}
        <div class="row">
          <Choice<Kind>
            label={t.schedule}
            value={kind.value}
            values={[
              ["every", t.kindEvery],
              ["phases", t.kindPhases],
              ["manual", t.kindManual],
            ]}
            onChange={(next) => (kind.value = next)}
          />
          {kind.value === "every" && (
            <label class="row small">
              {t.number}
              <input
                class="agent-every"
                type="number"
                min={1}
                max={1_000_000}
                value={every.value}
                onInput={({ currentTarget }) => (every.value = Number(currentTarget.value))}
              />
            </label>
          )}
          {kind.value === "phases" &&
            PHASES.map((phase) => (
              <label class="check" key={phase}>
                <input
                  type="checkbox"
                  checked={phases.value.includes(phase)}
                  onChange={({ currentTarget: { checked } }) => {
                    const others = phases.peek().filter((one) => one !== phase);
                    phases.value = checked ? [...others, phase].toSorted((a, b) => a - b) : others;
                  }}
                />
                {phase}
              </label>
            ))}
        </div>
        <label class="check">
          <input
            type="checkbox"
            checked={isEnabled.value}
            onChange={({ currentTarget }) => (isEnabled.value = currentTarget.checked)}
          />
          {t.enabled}
        </label>
        <SaveActions action={save} onCancel={() => onClose(false)} />
      </Form>
    </Dialog>
  );
}
