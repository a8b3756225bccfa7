import { useSignal } from "@preact/signals";
import type { MessageView } from "@vega/contracts/messages/apply";
import { useEffect, useMemo, useRef } from "preact/hooks";
import type { ApiError } from "../../api/client.ts";
import { get, withQuery, write } from "../../api/client.ts";
import { hrefOf, navigate } from "../../router.ts";
import { may } from "../../session/session.ts";
import { announce } from "../../shell/announcer.tsx";
import { useSlice } from "../../store/slice.ts";
import { useAction } from "../../ui/controls.tsx";
import { Empty, ErrorBox, Skeleton } from "../../ui/state.tsx";
import { ask, createConversation, titleOf } from "./ask.ts";
import { Composer } from "./composer.tsx";
import type { MessageActions } from "./message.tsx";
import { Message, textOf } from "./message.tsx";
import { model } from "./model-picker.tsx";
import { finishedSentences } from "./sentences.ts";
import { createThread } from "./thread-slice.ts";
import { t } from "./words.ts";

/** Within this distance from the end a thread follows the text, pixels. */
const NEAR_END = 120;

/** Announces the sentences of an answer as they are finished, then its end. */
function useSpoken(message: MessageView | undefined) {
  const spoken = useRef({ id: "", to: 0 });
  useEffect(() => {
    if (message?.role !== "assistant") return;
    const text = textOf(message.content);
    const { current } = spoken;
    if (message.status === "streaming") {
      if (current.id !== message.id) spoken.current = { id: message.id, to: text.length };
      const sentences = finishedSentences(text, spoken.current.to);
      if (sentences.text !== "") announce(sentences.text);
      spoken.current = { id: message.id, to: sentences.to };
    } else if (current.id === message.id) {
      const rest = text.slice(current.to).trim();
      announce(rest === "" ? t.complete : rest);
      spoken.current = { id: "", to: 0 };
    }
  }, [message?.content, message?.status, message?.id]);
}

/** Keeps the end in sight while the reader is there. */
function useFollowing(dependency: unknown) {
  const box = useRef<HTMLDivElement>(null);
  const isAtEnd = useRef(true);
  useEffect(() => {
    const { current } = box;
    if (current && isAtEnd.current) current.scrollTop = current.scrollHeight;
  }, [dependency]);
  const onScroll = () => {
    const { current } = box;
    if (current)
      isAtEnd.current = current.scrollHeight - current.scrollTop - current.clientHeight < NEAR_END;
  };
  return { box, onScroll, toEnd: () => (isAtEnd.current = true) };
}

/** An open conversation. */
export function Thread({ id, first }: { id: string; first: string | null }) {
  const slice = useMemo(() => createThread(id), [id]);
  const thread = useSlice(slice);
  const draft = useSignal("");
  const edited = useSignal<MessageView | null>(null);
  const asked = useSignal<string | null>(first);
  const older = useSignal<readonly MessageView[]>([]);
  const olderCursor = useSignal<string | null | undefined>(undefined);
  const messages = [...older.value, ...(thread.value?.messages ?? [])].filter(
    (message) => !(message as { replaced?: true }).replaced,
  );
  const last = messages.at(-1);
  const isAnswering = last?.status === "streaming";
  const following = useFollowing(last?.content ?? asked.value);
  useSpoken(last);

  const send = useAction(async (question: string, earlier?: readonly MessageView[]) => {
    asked.value = question;
    following.toEnd();
    try {
      if (earlier?.length === 0) {
        // The API takes a single question as the next one: another first question is another conversation.
        const conversation = await createConversation(titleOf(question));
        navigate(hrefOf("chat", [conversation]));
        await ask({ question, model: model.peek(), conversation });
      } else {
        await ask({ question, model: model.peek(), conversation: id, ...(earlier && { earlier }) });
      }
    } finally {
      asked.value = null;
      slice.reload();
    }
  });
  useEffect(() => {
    if (first !== null) void send.run(first);
  }, []);
  const stop = useAction(() => write("POST", `/api/conversations/${id}/stop`, {}));
  const fork = useAction(
    async (message: MessageView) => {
      const { body } = await write<{ id: string }>("POST", `/api/conversations/${id}/fork`, {
        message_id: message.id,
      });
      navigate(hrefOf("chat", [body.id]));
    },
    () => t.forked,
  );

  const before = (message: MessageView) =>
    messages.slice(
      0,
      messages.findIndex((one) => one.id === message.id),
    );
  const latest = useRef(before);
  latest.current = before;
  const actions = useMemo<MessageActions>(
    () => ({
      canAsk: may("chat"),
      again(message) {
        const earlier = latest.current(message);
        const at = earlier.findLastIndex(({ role }) => role === "user");
        const question = earlier[at];
        if (question) void send.run(textOf(question.content), earlier.slice(0, at));
      },
      edit(message) {
        edited.value = message;
        draft.value = textOf(message.content);
      },
      fork: (message) => void fork.run(message),
    }),
    [id],
  );
  const submit = () => {
    const question = draft.peek().trim();
    if (question === "" || isAnswering || send.isRunning) return;
    const { value } = edited;
    draft.value = "";
    edited.value = null;
    void send.run(question, value ? before(value) : undefined);
  };
  const cursor = olderCursor.value === undefined ? thread.value?.earlier : olderCursor.value;
  const loadOlder = async () => {
    const path = withQuery(`/api/conversations/${id}/messages`, {
      order: "desc",
      limit: 200,
      cursor,
    });
    const { body } = await get<{ messages: MessageView[]; next_cursor: string | null }>(path);
    older.value = [...body.messages.toReversed(), ...older.peek()];
    olderCursor.value = body.next_cursor;
  };

  const error: ApiError | undefined = send.error ?? stop.error ?? fork.error;
  if (thread.error?.status === 404) return <Empty title={t.gone}>{t.goneText}</Empty>;
  const isEmpty = messages.length === 0 && asked.value === null;
  // The question is part of the thread as soon as it is stored.
  const isPending =
    asked.value !== null &&
    !(isAnswering || (last?.role === "user" && textOf(last.content) === asked.value));
  return (
    <>
      <div
        class="thread"
        ref={following.box}
        onScroll={following.onScroll}
        tabIndex={0}
        role="region"
        aria-label={t.title}
      >
        <div class="thread-inner">
          {cursor && (
            <button type="button" class="button button-small" onClick={() => void loadOlder()}>
              {t.earlier}
            </button>
          )}
          {thread.error && <ErrorBox error={thread.error} retry={slice.reload} />}
          {thread.value === undefined && !thread.error && isEmpty && <Skeleton lines={6} />}
          {messages.map((message) => (
            <Message key={message.id} message={message} actions={actions} />
          ))}
          {isPending && (
            <article class="message message-user" aria-label={t.you}>
              <p class="plain">{asked.value}</p>
            </article>
          )}
          {asked.value !== null && !isAnswering && (
            <p class="small muted">
              <span class="mono">{model.value ?? t.preferred}</span> {t.waiting}
            </p>
          )}
          {error && <ErrorBox error={error} />}
        </div>
      </div>
      {may("chat") ? (
        <div class="composer-box">
          {edited.value && (
            <p class="small muted row">
              {t.editing}
              <button
                type="button"
                class="link"
                onClick={() => {
                  edited.value = null;
                  draft.value = "";
                }}
              >
                {"×"}
              </button>
            </p>
          )}
          <Composer
            draft={draft}
            isAnswering={isAnswering}
            onSend={submit}
            onStop={() => void stop.run()}
          />
        </div>
      ) : (
        <p class="composer-box small muted">{t.noChat}</p>
      )}
    </>
  );
}
