import { useSignal } from "@preact/signals";
import type { Scope } from "@vega/contracts";
import { write } from "../../api/client.ts";
import { dateTime } from "../../i18n/format.ts";
import { may } from "../../session/session.ts";
import { useResource } from "../../store/resource.ts";
import {
  Badge,
  CopyButton,
  Dialog,
  Field,
  Form,
  IconButton,
  useAction,
} from "../../ui/controls.tsx";
import { Icon } from "../../ui/icon.tsx";
import { Empty, ErrorBox, Loaded } from "../../ui/state.tsx";
import { common } from "../../ui/words.ts";
import { t } from "./words.ts";

interface Key {
  readonly id: string;
  readonly name: string;
  readonly scopes: readonly Scope[];
  readonly created_at: string;
  readonly expires_at: string | null;
}

const SCOPES = ["read", "memory", "chat", "operate", "admin"] as const;

function NewKey({ onClose }: { onClose: () => void }) {
  const name = useSignal("");
  const scopes = useSignal<readonly Scope[]>(["read", "chat"]);
  const expires = useSignal("");
  const secret = useSignal<string | null>(null);
  const create = useAction(
    async () => {
      const { body } = await write<{ secret: string }>("POST", "/api/auth/keys", {
        name: name.peek(),
        scopes: scopes.peek(),
        ...(expires.peek() !== "" && { expires_at: new Date(expires.peek()).toISOString() }),
      });
      secret.value = body.secret;
    },
    () => t.created,
  );
  return (
    <Dialog title={t.create} onClose={onClose}>
      {secret.value === null ? (
        <Form onSubmit={() => void create.run()}>
          <Field label={t.name}>
            {(ids) => (
              <input
                {...ids}
                type="text"
                required
                maxLength={64}
                autofocus
                value={name.value}
                onInput={({ currentTarget }) => (name.value = currentTarget.value)}
              />
            )}
          </Field>
          <fieldset class="row">
            <legend class="label">{t.scopes}</legend>
            {SCOPES.filter((scope) => may(scope)).map((scope) => (
              <label class="check" key={scope}>
                <input
                  type="checkbox"
                  checked={scopes.value.includes(scope)}
                  onChange={({ currentTarget: { checked } }) => {
                    const others = scopes.peek().filter((one) => one !== scope);
                    scopes.value = checked ? [...others, scope] : others;
                  }}
                />
                {scope}
              </label>
            ))}
          </fieldset>
          <Field label={t.expires} hint={t.never}>
            {(ids) => (
              <input
                {...ids}
                type="datetime-local"
                value={expires.value}
                onChange={({ currentTarget }) => (expires.value = currentTarget.value)}
              />
            )}
          </Field>
          {create.error && <ErrorBox error={create.error} />}
          <div class="actions actions-end">
            <button type="button" class="button" onClick={onClose}>
              {common.cancel}
            </button>
            <button
              class="button button-primary"
              disabled={create.isRunning || scopes.value.length === 0}
            >
              {t.create}
            </button>
          </div>
        </Form>
      ) : (
        <>
          <p>{t.secret}</p>
          <p class="account-secret mono">
            {secret.value} <CopyButton text={() => secret.value ?? ""} />
          </p>
          <div class="actions actions-end">
            <button type="button" class="button button-primary" onClick={onClose}>
              {common.close}
            </button>
          </div>
        </>
      )}
    </Dialog>
  );
}

export function Keys() {
  const keys = useResource<readonly Key[]>("/api/auth/keys");
  const isCreating = useSignal(false);
  const revoke = useAction(
    async (id: string) => {
      await write("DELETE", `/api/auth/keys/${id}`);
      keys.reload();
    },
    () => t.revoked,
  );
  return (
    <section class="panel" aria-labelledby="keys">
      <div class="panel-head">
        <h2 id="keys">{t.keys}</h2>
        <button type="button" class="button button-small" onClick={() => (isCreating.value = true)}>
          <Icon name="plus" />
          {t.create}
        </button>
      </div>
      <p class="panel-body small muted">{t.keysText}</p>
      {revoke.error && <ErrorBox error={revoke.error} />}
      <Loaded of={keys} retry={keys.reload}>
        {(list) =>
          list.length === 0 ? (
            <Empty title={t.noKeys} />
          ) : (
            <ul class="list">
              {list.map(({ id, name, scopes, expires_at }) => (
                <li key={id} class="row">
                  <strong>{name}</strong>
                  {scopes.map((scope) => (
                    <Badge key={scope}>{scope}</Badge>
                  ))}
                  <span class="grow small muted">
                    {t.expires}: {expires_at === null ? t.never : dateTime(expires_at)}
                  </span>
                  <IconButton
                    icon="trash"
                    label={t.revoke(name)}
                    onClick={() => void revoke.run(id)}
                  />
                </li>
              ))}
            </ul>
          )
        }
      </Loaded>
      {isCreating.value && (
        <NewKey
          onClose={() => {
            isCreating.value = false;
            keys.reload();
          }}
        />
      )}
    </section>
  );
}
