import { useSignal } from "@preact/signals";
import type { ConversationView } from "@vega/contracts/conversations/apply";
import { write } from "../../api/client.ts";
import { dollars, number } from "../../i18n/format.ts";
import { hrefOf, navigate } from "../../router.ts";
import { conversationsSlice } from "../../store/slices.ts";
import { Dialog, Field, Form, IconButton, useAction } from "../../ui/controls.tsx";
import { Icon } from "../../ui/icon.tsx";
import { ErrorBox } from "../../ui/state.tsx";
import { common } from "../../ui/words.ts";
import { t } from "./words.ts";

function Rename({
  conversation,
  onClose,
}: {
  conversation: ConversationView;
  onClose: () => void;
}) {
  const title = useSignal(conversation.title);
  const rename = useAction(
    () => write("PATCH", `/api/conversations/${conversation.id}`, { title: title.peek() }),
    () => t.renamed,
  );
  return (
    <Dialog title={t.rename} onClose={onClose}>
      <Form onSubmit={() => void rename.run().then((isDone) => isDone && onClose())}>
        <Field label={t.titleField} error={rename.error?.message}>
          {(ids) => (
            <input
              {...ids}
              type="text"
              autofocus
              value={title.value}
              onInput={({ currentTarget }) => (title.value = currentTarget.value)}
            />
          )}
        </Field>
        <div class="actions actions-end">
          <button type="button" class="button" onClick={onClose}>
            {common.cancel}
          </button>
          <button class="button button-primary">{common.save}</button>
        </div>
      </Form>
    </Dialog>
  );
}

function Delete({
  conversation,
  onClose,
}: {
  conversation: ConversationView;
  onClose: () => void;
}) {
  const remove = useAction(
    () => write("DELETE", `/api/conversations/${conversation.id}`),
    () => t.deleted,
  );
  return (
    <Dialog title={t.delete} onClose={onClose}>
      <p>
        <strong>{conversation.title || t.untitled}</strong>
      </p>
      <p class="muted">{t.deleteText}</p>
      {remove.error && <ErrorBox error={remove.error} />}
      <div class="actions actions-end">
        <button type="button" class="button" onClick={onClose}>
          {common.cancel}
        </button>
        <button
          type="button"
          class="button button-bad"
          disabled={remove.isRunning}
          onClick={() =>
            void remove.run().then((isDone) => {
              if (!isDone) return;
              onClose();
              navigate(hrefOf("chat"), { replace: true });
            })
          }
        >
          {common.delete}
        </button>
      </div>
    </Dialog>
  );
}

/** Title, usage and actions of the open conversation. */
export function ConversationHead({ id, onList }: { id: string | undefined; onList: () => void }) {
  const dialog = useSignal<"rename" | "delete" | null>(null);
  const conversation = conversationsSlice.state.value.value?.conversations.find(
    (one) => one.id === id,
  );
  const usage = conversation?.usage;
  const close = () => (dialog.value = null);
  return (
    <header class="chat-head">
      <IconButton icon="menu" label={t.show} onClick={onList} class="chat-list-button" />
      <h1>{id === undefined ? t.new : conversation?.title || t.untitled}</h1>
      {usage && (
        <span class="small muted number chat-usage">
          {t.usage(number(usage.prompt_tokens + usage.completion_tokens), dollars(usage.cost_usd))}
        </span>
      )}
      {conversation && (
        <span class="actions chat-actions">
          <IconButton icon="edit" label={t.rename} onClick={() => (dialog.value = "rename")} />
          <a
            class="icon-button"
            href={`/api/conversations/${conversation.id}/export?format=md`}
            download
            aria-label={t.export}
            title={t.export}
          >
            <Icon name="download" />
          </a>
          <IconButton icon="trash" label={t.delete} onClick={() => (dialog.value = "delete")} />
        </span>
      )}
      {dialog.value === "rename" && conversation && (
        <Rename conversation={conversation} onClose={close} />
      )}
      {dialog.value === "delete" && conversation && (
        <Delete conversation={conversation} onClose={close} />
      )}
    </header>
  );
}
