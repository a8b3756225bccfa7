import "./chat.css";
import { useSignal } from "@preact/signals";
import { hrefOf, navigate } from "../../router.ts";
import { may } from "../../session/session.ts";
import { useAction } from "../../ui/controls.tsx";
import { Empty, ErrorBox } from "../../ui/state.tsx";
import type { ViewProps } from "../define.ts";
import { createConversation, titleOf } from "./ask.ts";
import { Composer } from "./composer.tsx";
import { ConversationHead } from "./head.tsx";
import { ConversationList } from "./list.tsx";
import { Thread } from "./thread.tsx";
import { t } from "./words.ts";

/** Before the first question: the conversation is created with it. */
function Start({ onStarted }: { onStarted: (id: string, question: string) => void }) {
  const draft = useSignal("");
  const start = useAction(async () => {
    const question = draft.peek().trim();
    if (question !== "") onStarted(await createConversation(titleOf(question)), question);
  });
  const suggest = (text: string) => (
    <button type="button" class="button" onClick={() => (draft.value = text)}>
      {text}
    </button>
  );
  return (
    <>
      <div class="thread">
        <div class="thread-inner thread-start">
          <Empty title={t.hello}>
            <p>{may("chat") ? t.helloText : t.noChat}</p>
            {may("chat") && (
              <div class="actions">
                {suggest(t.try1)}
                {suggest(t.try2)}
              </div>
            )}
          </Empty>
          {start.error && <ErrorBox error={start.error} />}
        </div>
      </div>
      {may("chat") && (
        <div class="composer-box">
          <Composer
            draft={draft}
            isAnswering={start.isRunning}
            onSend={() => void start.run()}
            onStop={() => undefined}
          />
        </div>
      )}
    </>
  );
}

export default function Chat({ rest: [id] }: ViewProps) {
  const isListOpen = useSignal(false);
  /** The question that a conversation was just created for. */
  const first = useSignal<{ id: string; question: string } | null>(null);
  return (
    <div class={isListOpen.value ? "chat chat-list-open" : "chat"}>
      <ConversationList current={id} onPicked={() => (isListOpen.value = false)} />
      <section class="chat-main">
        <ConversationHead id={id} onList={() => (isListOpen.value = !isListOpen.peek())} />
        {id === undefined ? (
          <Start
            onStarted={(created, question) => {
              first.value = { id: created, question };
              navigate(hrefOf("chat", [created]));
            }}
          />
        ) : (
          <Thread key={id} id={id} first={first.value?.id === id ? first.value.question : null} />
        )}
      </section>
    </div>
  );
}
