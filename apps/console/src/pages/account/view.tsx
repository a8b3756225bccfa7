import "./account.css";
import { useSignal } from "@preact/signals";
import { write } from "../../api/client.ts";
import { dateTime } from "../../i18n/format.ts";
import type { Language } from "../../i18n/words.ts";
import { language, setLanguage } from "../../i18n/words.ts";
import { signOut, user } from "../../session/session.ts";
import type { Theme } from "../../theme.ts";
import { setTheme, theme } from "../../theme.ts";
import { Badge, Choice, Dialog, Field, Form, useAction } from "../../ui/controls.tsx";
import { ErrorBox, messageOf } from "../../ui/state.tsx";
import { common } from "../../ui/words.ts";
import { Keys } from "./keys.tsx";
import { putPreferences } from "./preferences.ts";
import { Sessions } from "./sessions.tsx";
import type { ViewProps } from "../define.ts";
import { t } from "./words.ts";

function Appearance() {
  const keep = useAction(putPreferences);
  return (
    <section class="panel" aria-labelledby="look">
      <div class="panel-head">
        <h2 id="look">{t.look}</h2>
      </div>
      <div class="panel-body stack">
        <div class="row">
          <Choice<Theme>
            label={t.theme}
            value={theme.value}
            values={[
              ["system", t.system],
              ["light", t.light],
              ["dark", t.dark],
            ]}
            onChange={(next) => {
              setTheme(next);
              void keep.run({ theme: next });
            }}
          />
          <Choice<Language>
            label={t.language}
            value={language.value}
            values={[
              ["en", "English"],
              ["de", "Deutsch"],
            ]}
            onChange={(next) => {
              setLanguage(next);
              void keep.run({ language: next });
            }}
          />
        </div>
        <p class="small muted">{t.kept}</p>
        {keep.error && <ErrorBox error={keep.error} />}
      </div>
    </section>
  );
}

function Password() {
  const present = useSignal("");
  const next = useSignal("");
  const change = useAction(
    async () => {
      await write("POST", "/api/auth/password", {
        current_password: present.peek(),
        new_password: next.peek(),
      });
      present.value = "";
      next.value = "";
    },
    () => t.changed,
  );
  const field = (
    label: string,
    value: typeof present,
    kind: string,
    hint?: string,
    error?: string,
  ) => (
    <Field label={label} hint={hint} error={error}>
      {(ids) => (
        <input
          {...ids}
          type="password"
          autocomplete={kind}
          required
          value={value.value}
          onInput={({ currentTarget }) => (value.value = currentTarget.value)}
        />
      )}
    </Field>
  );
  return (
    <section class="panel" aria-labelledby="password">
      <div class="panel-head">
        <h2 id="password">{t.password}</h2>
      </div>
      <Form class="panel-body form" onSubmit={() => void change.run()}>
        {/* For password managers. */}
        <input
          type="text"
          class="visually-hidden"
          tabIndex={-1}
          aria-hidden="true"
          autocomplete="username"
          value={user.value?.username ?? ""}
          readOnly
        />
        {field(t.presentPassword, present, "current-password")}
        {field(
          t.newPassword,
          next,
          "new-password",
          t.passwordHint,
          change.error && messageOf(change.error),
        )}
        <div class="actions">
          <button class="button" disabled={change.isRunning}>
            {t.change}
          </button>
        </div>
      </Form>
    </section>
  );
}

function Data() {
  const isAsking = useSignal(false);
  const password = useSignal("");
  const erase = useAction(async () => {
    await write("DELETE", "/api/me", { password: password.peek() });
    await signOut();
  });
  return (
    <section class="panel" aria-labelledby="data">
      <div class="panel-head">
        <h2 id="data">{t.data}</h2>
      </div>
      <div class="panel-body stack">
        <p class="small muted">{t.exportText}</p>
        <div class="actions">
          <a class="button" href="/api/me/export" download="vega-account.json">
            {t.export}
          </a>
          <button type="button" class="button button-bad" onClick={() => (isAsking.value = true)}>
            {t.erase}…
          </button>
        </div>
      </div>
      {isAsking.value && (
        <Dialog title={t.erase} onClose={() => (isAsking.value = false)}>
          <p>{t.eraseText}</p>
          <Form onSubmit={() => void erase.run()}>
            <Field label={t.presentPassword} error={erase.error && messageOf(erase.error)}>
              {(ids) => (
                <input
                  {...ids}
                  type="password"
                  autocomplete="current-password"
                  required
                  value={password.value}
                  onInput={({ currentTarget }) => (password.value = currentTarget.value)}
                />
              )}
            </Field>
            <div class="actions actions-end">
              <button type="button" class="button" onClick={() => (isAsking.value = false)}>
                {common.cancel}
              </button>
              <button class="button button-bad" disabled={erase.isRunning}>
                {t.erase}
              </button>
            </div>
          </Form>
        </Dialog>
      )}
    </section>
  );
}

export default function Account({ title }: ViewProps) {
  const me = user.value;
  return (
    <div class="page">
      <header class="page-head">
        <div>
          <h1>{title}</h1>
          <p class="row">
            <strong>{me?.username}</strong> <Badge tone="accent">{me?.role}</Badge>
            {me?.email && <span>{me.email}</span>}
            {me && (
              <span>
                {t.since} {dateTime(me.created_at)}
              </span>
            )}
          </p>
        </div>
        <button type="button" class="button" onClick={() => void signOut()}>
          {t.signOut}
        </button>
      </header>
      <div class="columns">
        <div class="stack">
          <Keys />
          <Sessions />
        </div>
        <div class="stack">
          <Appearance />
          <Password />
          <Data />
        </div>
      </div>
    </div>
  );
}
