import { useSignal } from "@preact/signals";
import type { PublicUser, Role } from "@vega/contracts";
import { useEffect } from "preact/hooks";
import { write } from "../../api/client.ts";
import { dateTime } from "../../i18n/format.ts";
import { hrefOf } from "../../router.ts";
import { CopyButton, Dialog, Field, Form, useAction } from "../../ui/controls.tsx";
import { ErrorBox, Skeleton } from "../../ui/state.tsx";
import { common } from "../../ui/words.ts";
import { t } from "./words.ts";

export const ROLES = ["viewer", "user", "operator", "admin"] as const;

export function RoleSelect({
  value,
  onChange,
  ...ids
}: {
  value: Role;
  onChange: (next: Role) => void;
  id?: string;
  "aria-label"?: string;
  disabled?: boolean;
}) {
  return (
    <select
      {...ids}
      value={value}
      onChange={({ currentTarget }) => onChange(currentTarget.value as Role)}
    >
      {ROLES.map((role) => (
        <option key={role} value={role}>
          {role}
        </option>
      ))}
    </select>
  );
}

/** A link that is shown once. */
const Link = ({ text }: { text: string }) => (
  <p class="people-link mono">
    {text} <CopyButton text={() => text} />
  </p>
);

export function InviteDialog({ onClose }: { onClose: () => void }) {
  const role = useSignal<Role>("user");
  const invite = useSignal<{ invite: string; expires_at: string } | null>(null);
  const make = useAction(async () => {
    const { body } = await write<{ invite: string; expires_at: string }>(
      "POST",
      "/api/admin/invites",
      { role: role.peek() },
    );
    invite.value = body;
  });
  const made = invite.value;
  return (
    <Dialog title={t.invite} onClose={onClose}>
      {made ? (
        <>
          <p>{t.inviteLink}</p>
          <Link text={location.origin + hrefOf("sign-in", [], { invite: made.invite })} />
          <p class="small muted">{t.resetText(dateTime(made.expires_at))}</p>
        </>
      ) : (
        <Form onSubmit={() => void make.run()}>
          <p class="muted">{t.inviteText}</p>
          <Field label={t.role}>
            {(ids) => (
              <RoleSelect {...ids} value={role.value} onChange={(next) => (role.value = next)} />
            )}
          </Field>
          {make.error && <ErrorBox error={make.error} />}
          <div class="actions actions-end">
            <button type="button" class="button" onClick={onClose}>
              {common.cancel}
            </button>
            <button class="button button-primary" disabled={make.isRunning}>
              {t.invite}
            </button>
          </div>
        </Form>
      )}
    </Dialog>
  );
}

export function CreateDialog({ onClose }: { onClose: (isDone: boolean) => void }) {
  const [username, email, password] = [useSignal(""), useSignal(""), useSignal("")];
  const role = useSignal<Role>("user");
  const create = useAction(
    () =>
      write("POST", "/api/admin/users", {
        username: username.peek(),
        role: role.peek(),
        ...(email.peek() !== "" && { email: email.peek() }),
        ...(password.peek() !== "" && { password: password.peek() }),
      }),
    () => t.created,
  );
  return (
    <Dialog title={t.create} onClose={() => onClose(false)}>
      <Form onSubmit={() => void create.run().then((isDone) => isDone && onClose(true))}>
        <Field label={t.username}>
          {(ids) => (
            <input
              {...ids}
              type="text"
              required
              autofocus
              autocomplete="off"
              value={username.value}
              onInput={({ currentTarget }) => (username.value = currentTarget.value)}
            />
          )}
        </Field>
        <Field label={t.role}>
          {(ids) => (
            <RoleSelect {...ids} value={role.value} onChange={(next) => (role.value = next)} />
          )}
        </Field>
        <Field label={t.email}>
          {(ids) => (
            <input
              {...ids}
              type="email"
              autocomplete="off"
              value={email.value}
              onInput={({ currentTarget }) => (email.value = currentTarget.value)}
            />
          )}
        </Field>
        <Field label={t.password} hint={t.passwordHint}>
          {(ids) => (
            <input
              {...ids}
              type="password"
              autocomplete="new-password"
              value={password.value}
              onInput={({ currentTarget }) => (password.value = currentTarget.value)}
            />
          )}
        </Field>
        {create.error && <ErrorBox error={create.error} />}
        <div class="actions actions-end">
          <button type="button" class="button" onClick={() => onClose(false)}>
            {common.cancel}
          </button>
          <button class="button button-primary" disabled={create.isRunning}>
            {t.create}
          </button>
        </div>
      </Form>
    </Dialog>
  );
}

export function ResetDialog({ user, onClose }: { user: PublicUser; onClose: () => void }) {
  const reset = useSignal<{ token: string; expires_at: string } | null>(null);
  const make = useAction(async () => {
    const { body } = await write<{ token: string; expires_at: string }>(
      "POST",
      `/api/admin/users/${user.id}/password-reset`,
    );
    reset.value = body;
  });
  useEffect(() => void make.run(), []);
  const made = reset.value;
  return (
    <Dialog title={t.reset(user.username)} onClose={onClose}>
      {make.error && <ErrorBox error={make.error} />}
      {made ? (
        <>
          <Link text={`${location.origin}/reset#token=${made.token}`} />
          <p class="small muted">{t.resetText(dateTime(made.expires_at))}</p>
        </>
      ) : (
        !make.error && <Skeleton lines={2} />
      )}
    </Dialog>
  );
}

export function EraseDialog({
  user,
  onClose,
}: {
  user: PublicUser;
  onClose: (isDone: boolean) => void;
}) {
  const typed = useSignal("");
  const erase = useAction(
    () => write("DELETE", `/api/admin/users/${user.id}`),
    () => t.erased,
  );
  return (
    <Dialog title={t.erase(user.username)} onClose={() => onClose(false)}>
      <Form onSubmit={() => void erase.run().then((isDone) => isDone && onClose(true))}>
        <p>{t.eraseText}</p>
        <Field label={t.confirm} hint={user.username}>
          {(ids) => (
            <input
              {...ids}
              type="text"
              autocomplete="off"
              value={typed.value}
              onInput={({ currentTarget }) => (typed.value = currentTarget.value)}
            />
          )}
        </Field>
        {erase.error && <ErrorBox error={erase.error} />}
        <div class="actions actions-end">
          <button type="button" class="button" onClick={() => onClose(false)}>
            {common.cancel}
          </button>
          <button
            class="button button-bad"
            disabled={typed.value !== user.username || erase.isRunning}
          >
            {common.delete}
          </button>
        </div>
      </Form>
    </Dialog>
  );
}
