import "./sign-in.css";
import { useSignal } from "@preact/signals";
import { useEffect } from "preact/hooks";
import { write } from "../../api/client.ts";
import { language, setLanguage } from "../../i18n/words.ts";
import { hrefOf, navigate, route } from "../../router.ts";
import { isSignedIn, lookAround, session, signIn } from "../../session/session.ts";
import { Field, Form, useAction } from "../../ui/controls.tsx";
import { Star } from "../../ui/icon.tsx";
import { messageOf } from "../../ui/state.tsx";
import { t as shell } from "../../shell/words.ts";
import { t } from "./words.ts";

/** Where the caller wanted to go. Only addresses of this server. */
const nextOf = (query: URLSearchParams): string => {
  const next = query.get("next") ?? "";
  return /^\/(console|admin)(\/|\?|$)/.test(next) ? next : hrefOf("now");
};

export default function SignIn() {
  const { query } = route.value;
  const username = useSignal("");
  const password = useSignal("");
  const invite = useSignal(query.get("invite") ?? "");
  const isRegistering = useSignal(query.has("invite"));
  const { value: now } = session;

  const enter = useAction(async () => {
    if (isRegistering.peek()) {
      await write("POST", "/api/auth/register", {
        username: username.peek(),
        password: password.peek(),
        ...(invite.peek() !== "" && { invite: invite.peek() }),
      });
    }
    await signIn(username.peek(), password.peek());
  });
  useEffect(() => {
    if (isSignedIn.value) navigate(nextOf(query), { replace: true });
  }, [isSignedIn.value]);

  const { error } = enter;
  const isWrong = error?.status === 401;
  return (
    <div class="sign-in">
      <div class="sign-in-card">
        <Star size={34} />
        <h1>{isRegistering.value ? t.invited : t.welcome}</h1>
        <p class="muted small">{t.subtitle}</p>
        {now.kind === "guest" && now.ended && <p class="box small">{t.ended}</p>}
        <Form onSubmit={() => void enter.run()}>
          {isRegistering.value && (
            <Field label={t.invite}>
              {(ids) => (
                <input
                  {...ids}
                  type="text"
                  autocomplete="off"
                  value={invite.value}
                  onInput={({ currentTarget }) => (invite.value = currentTarget.value)}
                />
              )}
            </Field>
          )}
          <Field label={t.username}>
            {(ids) => (
              <input
                {...ids}
                type="text"
                name="username"
                autocomplete="username"
                autocapitalize="none"
                spellcheck={false}
                required
                autofocus
                value={username.value}
                onInput={({ currentTarget }) => (username.value = currentTarget.value)}
              />
            )}
          </Field>
          <Field
            label={t.password}
            hint={isRegistering.value ? t.passwordHint : undefined}
            error={error && (isWrong ? t.wrong : messageOf(error))}
          >
            {(ids) => (
              <input
                {...ids}
                type="password"
                name="password"
                autocomplete={isRegistering.value ? "new-password" : "current-password"}
                required
                aria-invalid={error ? "true" : undefined}
                value={password.value}
                onInput={({ currentTarget }) => (password.value = currentTarget.value)}
              />
            )}
          </Field>
          <button class="button button-primary" disabled={enter.isRunning}>
            {enter.isRunning ? t.signingIn : isRegistering.value ? t.create : t.signIn}
          </button>
        </Form>
        <div class="sign-in-links">
          <button
            type="button"
            class="link"
            onClick={() => {
              isRegistering.value = !isRegistering.peek();
              enter.clear();
            }}
          >
            {isRegistering.value ? t.toSignIn : t.register}
          </button>
          {now.kind === "guest" && now.publicReads && (
            <button
              type="button"
              class="link"
              onClick={() => {
                lookAround();
                navigate(nextOf(query), { replace: true });
              }}
            >
              {t.look}
            </button>
          )}
        </div>
      </div>
      <div class="sign-in-help small">
        <details>
          <summary>{t.firstRun}</summary>
          <p>{t.firstRunText}</p>
          <code>cat data/admin-password</code>
          <p>{t.forgotten}</p>
          <code>./vega reset-password admin</code>
        </details>
        <p class="sign-in-links">
          <a href="/docs">{t.api}</a>
          <button
            type="button"
            class="link"
            lang={language.value === "en" ? "de" : "en"}
            onClick={() => setLanguage(language.peek() === "en" ? "de" : "en")}
          >
            {shell.switchLanguage}
          </button>
        </p>
      </div>
    </div>
  );
}
