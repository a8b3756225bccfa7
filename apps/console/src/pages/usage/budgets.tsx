import { useSignal } from "@preact/signals";
import type { BudgetLimits, BudgetScope, Spending } from "@vega/contracts";
import { useEffect, useRef } from "preact/hooks";
import { write } from "../../api/client.ts";
import { dateTime, dollars, number } from "../../i18n/format.ts";
import { may } from "../../session/session.ts";
import { useResource } from "../../store/resource.ts";
import { SaveActions } from "../../ui/save-actions.tsx";
import { Dialog, Field, Form, IconButton, useAction } from "../../ui/controls.tsx";
import { Empty, ErrorBox, Loaded } from "../../ui/state.tsx";
import { endOf, percentOf } from "./period.ts";
import { t } from "./words.ts";

export interface BudgetView {
  readonly scope: BudgetScope;
  readonly id: string;
  readonly limits: BudgetLimits;
  readonly spent: { readonly day: Spending; readonly month: Spending };
}

/** A bar with what is spent, and behind it what is reserved. */
function Bar({
  label,
  spent,
  reserved,
  limit,
  format,
  period,
}: {
  label: string;
  spent: number;
  reserved: number;
  limit: number;
  format: (value: number) => string;
  period: string;
}) {
  const [solid, light] = [useRef<HTMLSpanElement>(null), useRef<HTMLSpanElement>(null)];
  const percent = percentOf(spent, limit);
  useEffect(() => {
    if (solid.current) solid.current.style.width = `${percent}%`;
    if (light.current) light.current.style.width = `${percentOf(spent + reserved, limit)}%`;
  }, [percent, reserved, limit]);
  return (
    <div class="budget-bar">
      <div class="row small">
        <span>{label}</span>
        <span class="grow muted">
          {t.spent(format(spent), format(limit))}
          {reserved > 0 && ` · ${t.reserved(format(reserved))}`}
        </span>
        <span class="muted">{t.resets(dateTime(endOf(period).getTime()))}</span>
      </div>
      <div class="meter budget-meter" aria-hidden="true">
        <span ref={light} class="budget-reserved" />
        <span ref={solid} class={percent >= 90 ? "budget-spent budget-high" : "budget-spent"} />
      </div>
    </div>
  );
}

function Bars({ budget: { limits, spent } }: { budget: BudgetView }) {
  const bar = (when: "day" | "month") => {
    const [limit, used, label] = [limits[when], spent[when], when === "day" ? t.today : t.month];
    return (
      <>
        {limit?.usd !== undefined && (
          <Bar
            label={label}
            spent={used.usd}
            reserved={used.reserved_usd}
            limit={limit.usd}
            format={dollars}
            period={used.period}
          />
        )}
        {limit?.tokens !== undefined && (
          <Bar
            label={label}
            spent={used.tokens}
            reserved={used.reserved_tokens}
            limit={limit.tokens}
            format={(value) => t.tokens(number(value))}
            period={used.period}
          />
        )}
      </>
    );
  };
  return (
    <>
      {bar("day")}
      {bar("month")}
    </>
  );
}

const LIMITS = [
  ["day", "usd", "usdDay"],
  ["month", "usd", "usdMonth"],
  ["day", "tokens", "tokensDay"],
  ["month", "tokens", "tokensMonth"],
] as const;

function BudgetDialog({
  budget,
  onClose,
}: {
  budget: BudgetView | null;
  onClose: (isDone: boolean) => void;
}) {
  const scope = useSignal<BudgetScope>(budget?.scope ?? "system");
  const id = useSignal(budget?.id ?? "");
  const values = useSignal<Readonly<Record<string, string>>>(
    Object.fromEntries(
      LIMITS.map(([when, unit, name]) => [name, String(budget?.limits[when]?.[unit] ?? "")]),
    ),
  );
  const save = useAction(
    () => {
      const limits: Record<string, Record<string, number>> = {};
      for (const [when, unit, name] of LIMITS) {
        const text = values.peek()[name] ?? "";
        if (text !== "") (limits[when] ??= {})[unit] = Number(text);
      }
      const target = scope.peek() === "system" ? "all" : id.peek();
      return write(
        "PUT",
        `/api/admin/budgets/${scope.peek()}/${encodeURIComponent(target)}`,
        limits,
      );
    },
    () => t.saved,
  );
  const names: Readonly<Record<BudgetScope, string>> = {
    system: t.system,
    user: t.aUser,
    key: t.key,
    agent: t.anAgent,
  };
  return (
    <Dialog title={t.setBudget} onClose={() => onClose(false)}>
      <Form onSubmit={() => void save.run().then((isDone) => isDone && onClose(true))}>
        <Field label={t.scope}>
          {(ids) => (
            <select
              {...ids}
              value={scope.value}
              disabled={budget !== null}
              onChange={({ currentTarget }) => (scope.value = currentTarget.value as BudgetScope)}
            >
              {Object.entries(names).map(([name, label]) => (
                <option key={name} value={name}>
                  {label}
                </option>
              ))}
            </select>
          )}
        </Field>
        {scope.value !== "system" && (
          <Field label={scope.value === "agent" ? t.idAgent : t.id}>
            {(ids) => (
              <input
                {...ids}
                type="text"
                required
                disabled={budget !== null}
                value={id.value}
                onInput={({ currentTarget }) => (id.value = currentTarget.value)}
              />
            )}
          </Field>
        )}
        <div class="filters">
          {LIMITS.map(([, unit, name]) => (
            <Field key={name} label={t[name]} hint={t.limitHint}>
              {(ids) => (
                <input
                  {...ids}
                  type="number"
                  min={0}
                  step={unit === "usd" ? "any" : 1}
                  value={values.value[name] ?? ""}
                  onInput={({ currentTarget }) =>
                    (values.value = { ...values.peek(), [name]: currentTarget.value })
                  }
                />
              )}
            </Field>
          ))}
        </div>
        <SaveActions action={save} onCancel={() => onClose(false)} />
      </Form>
    </Dialog>
  );
}

const nameOf = ({ scope, id }: BudgetView): string =>
  scope === "system" ? t.system : `${scope} ${id}`;

/** All budgets for administrators, otherwise those that the caller's requests count against. */
export function Budgets() {
  const isAdmin = may("admin");
  const budgets = useResource<{ budgets: readonly BudgetView[] }>(
    isAdmin ? "/api/admin/budgets?limit=200" : "/api/me/budget",
  );
  const open = useSignal<{ readonly budget: BudgetView | null } | null>(null);
  const remove = useAction(
    async ({ scope, id }: BudgetView) => {
      await write("DELETE", `/api/admin/budgets/${scope}/${encodeURIComponent(id)}`);
      budgets.reload();
    },
    () => t.removed,
  );
  return (
    <section class="panel" aria-labelledby="budgets">
      <div class="panel-head">
        <h2 id="budgets">{isAdmin ? t.budgets : t.myBudgets}</h2>
        {isAdmin && (
          <button
            type="button"
            class="button button-small"
            onClick={() => (open.value = { budget: null })}
          >
            {t.setBudget}
          </button>
        )}
      </div>
      <p class="panel-body small muted">{t.budgetsText}</p>
      {remove.error && <ErrorBox error={remove.error} />}
      <Loaded of={budgets} retry={budgets.reload}>
        {({ budgets: list }) =>
          list.length === 0 ? (
            <Empty title={t.noBudgets} />
          ) : (
            <ul class="list">
              {list.map((budget) => (
                <li key={`${budget.scope}/${budget.id}`} class="stack">
                  <div class="row">
                    <strong class="grow">{nameOf(budget)}</strong>
                    {isAdmin && (
                      <>
                        <IconButton
                          icon="edit"
                          label={t.edit(nameOf(budget))}
                          onClick={() => (open.value = { budget })}
                        />
                        <IconButton
                          icon="trash"
                          label={t.remove(nameOf(budget))}
                          onClick={() => void remove.run(budget)}
                        />
                      </>
                    )}
                  </div>
                  <Bars budget={budget} />
                </li>
              ))}
            </ul>
          )
        }
      </Loaded>
      {open.value && (
        <BudgetDialog
          budget={open.value.budget}
          onClose={(isDone) => {
            open.value = null;
            if (isDone) budgets.reload();
          }}
        />
      )}
    </section>
  );
}
