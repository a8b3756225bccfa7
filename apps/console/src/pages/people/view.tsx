import "./people.css";
import { useSignal } from "@preact/signals";
import type { PublicUser } from "@vega/contracts";
import { write } from "../../api/client.ts";
import { dateTime } from "../../i18n/format.ts";
import { hrefOf, route, setQuery } from "../../router.ts";
import { user as me } from "../../session/session.ts";
import { useResource } from "../../store/resource.ts";
import { Badge, IconButton, useAction } from "../../ui/controls.tsx";
import { Icon } from "../../ui/icon.tsx";
import { ErrorBox, Loaded } from "../../ui/state.tsx";
import { common } from "../../ui/words.ts";
import { CreateDialog, EraseDialog, InviteDialog, ResetDialog, RoleSelect } from "./dialogs.tsx";
import type { ViewProps } from "../define.ts";
import { t } from "./words.ts";

interface Users {
  readonly users: readonly PublicUser[];
  readonly next_after: string | null;
}

type Open =
  | { readonly kind: "invite" | "create" }
  | { readonly kind: "reset" | "erase"; readonly user: PublicUser };

export default function People({ title }: ViewProps) {
  const after = route.value.query.get("after");
  const people = useResource<Users>(`/api/admin/users?limit=100${after ? `&after=${after}` : ""}`);
  const open = useSignal<Open | null>(null);
  const change = useAction(
    async (user: PublicUser, changes: object) => {
      await write("PATCH", `/api/admin/users/${user.id}`, changes);
      people.reload();
    },
    () => t.changed,
  );
  const close = (isChanged?: boolean) => {
    open.value = null;
    if (isChanged) people.reload();
  };
  const { value: dialog } = open;
  return (
    <div class="page">
      <header class="page-head">
        <div>
          <h1>{title}</h1>
          <p>{t.subtitle}</p>
        </div>
        <div class="actions">
          <button type="button" class="button" onClick={() => (open.value = { kind: "create" })}>
            {t.create}
          </button>
          <button
            type="button"
            class="button button-primary"
            onClick={() => (open.value = { kind: "invite" })}
          >
            <Icon name="plus" />
            {t.invite}
          </button>
        </div>
      </header>
      {change.error && <ErrorBox error={change.error} />}
      <section class="panel" aria-label={title}>
        <Loaded of={people} retry={people.reload}>
          {({ users, next_after }) => (
            <>
              <div class="table-wrap" tabIndex={0} role="region" aria-label={title}>
                <table class="table people">
                  <thead>
                    <tr>
                      <th scope="col">{t.username}</th>
                      <th scope="col">{t.role}</th>
                      <th scope="col">{t.state}</th>
                      <th scope="col">{t.email}</th>
                      <th scope="col">{t.since}</th>
                      <th scope="col">
                        <span class="visually-hidden">{t.actions}</span>
                      </th>
                    </tr>
                  </thead>
                  <tbody>
                    {users.map((user) => {
                      const isMe = user.id === me.value?.id;
                      return (
                        <tr key={user.id}>
                          <th scope="row">
                            <a href={hrefOf("usage", [], { user: user.id })}>{user.username}</a>{" "}
                            {isMe && <Badge tone="accent">{t.you}</Badge>}
                          </th>
                          <td>
                            <RoleSelect
                              aria-label={t.changeRole(user.username)}
                              value={user.role}
                              disabled={isMe}
                              onChange={(role) => void change.run(user, { role })}
                            />
                          </td>
                          <td>
                            <Badge tone={user.disabled ? "bad" : "good"}>
                              {user.disabled ? t.disabled : t.enabled}
                            </Badge>
                          </td>
                          <td class="muted">{user.email ?? ""}</td>
                          <td class="muted number-left">{dateTime(user.created_at)}</td>
                          <td class="people-actions">
                            <IconButton
                              icon="key"
                              label={t.reset(user.username)}
                              onClick={() => (open.value = { kind: "reset", user })}
                            />
                            {!isMe && (
                              <>
                                <IconButton
                                  icon={user.disabled ? "play" : "pause"}
                                  label={
                                    user.disabled
                                      ? t.enable(user.username)
                                      : t.disable(user.username)
                                  }
                                  onClick={() =>
                                    void change.run(user, { disabled: !user.disabled })
                                  }
                                />
                                <IconButton
                                  icon="trash"
                                  label={t.erase(user.username)}
                                  onClick={() => (open.value = { kind: "erase", user })}
                                />
                              </>
                            )}
                          </td>
                        </tr>
                      );
                    })}
                  </tbody>
                </table>
              </div>
              {next_after && (
                <div class="panel-body">
                  <button
                    type="button"
                    class="button"
                    onClick={() => setQuery({ after: next_after })}
                  >
                    {common.more}
                  </button>
                </div>
              )}
            </>
          )}
        </Loaded>
      </section>
      {dialog?.kind === "invite" && <InviteDialog onClose={close} />}
      {dialog?.kind === "create" && <CreateDialog onClose={close} />}
      {dialog?.kind === "reset" && <ResetDialog user={dialog.user} onClose={close} />}
      {dialog?.kind === "erase" && <EraseDialog user={dialog.user} onClose={close} />}
    </div>
  );
}
