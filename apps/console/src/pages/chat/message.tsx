import { useSignal } from "@preact/signals";
import type { MessageView } from "@vega/contracts/messages/apply";
import type { ComponentType } from "preact";
import { useEffect } from "preact/hooks";
import { clockTime, dateTime, dollars, number } from "../../i18n/format.ts";
import { Badge, CopyButton, IconButton } from "../../ui/controls.tsx";
import { memo } from "../../ui/memo.ts";
import { t } from "./words.ts";

type MarkdownView = ComponentType<{ text: string; isGrowing: boolean }>;
let loaded: MarkdownView | undefined;

/** Markdown, loaded with the first message; plain text until then. */
function Text({ text, isGrowing }: { text: string; isGrowing: boolean }) {
  const isLoaded = useSignal(loaded !== undefined);
  useEffect(() => {
    if (loaded) return;
    void import("../../ui/markdown/markdown.tsx").then(({ default: Markdown }) => {
      loaded = Markdown;
      isLoaded.value = true;
    });
  }, []);
  const Markdown = isLoaded.value ? loaded : undefined;
  return Markdown ? <Markdown text={text} isGrowing={isGrowing} /> : <p class="plain">{text}</p>;
}

export function textOf(content: MessageView["content"]): string {
  if (typeof content === "string") return content;
  return (content ?? [])
    .map(({ text }) => text)
    .filter((text) => typeof text === "string")
    .join("\n");
}

const imagesOf = (content: MessageView["content"]): string[] =>
  (typeof content === "string" ? [] : (content ?? []))
    .map(({ image_url: image }) => (image as { url?: string } | undefined)?.url ?? "")
    .filter((url) => url.startsWith("data:image/"));

/** Tokens, cost and time of an answer. */
function Figures({ message }: { message: MessageView }) {
  const { usage, cost_usd: cost, latency_ms: latency, attempts } = message;
  if (!usage && latency === null) return null;
  return (
    <span class="figures">
      {usage && (
        <span title={t.tokensHint}>
          {t.tokens(number(usage.prompt_tokens), number(usage.completion_tokens))}
        </span>
      )}
      {usage && <span>{cost === null ? t.unpriced : dollars(cost)}</span>}
      {latency !== null && <span>{t.seconds(number(latency / 1_000, 1))}</span>}
      {attempts.length > 1 && (
        <span title={attempts.map(({ model: tried }) => JSON.stringify(tried)).join(" → ")}>
          {t.attempts(number(attempts.length))}
        </span>
      )}
    </span>
  );
}

const errorOf = ({ error }: MessageView): string =>
  error && typeof error["message"] === "string" ? error["message"] : "";

export interface MessageActions {
  readonly canAsk: boolean;
  readonly again: (message: MessageView) => void;
  readonly edit: (message: MessageView) => void;
  readonly fork: (message: MessageView) => void;
}

/** One message of a conversation. */
export const Message = memo(
  ({ message, actions }: { message: MessageView; actions: MessageActions }) => {
    const { role, content, status, model } = message;
    const text = textOf(content);
    const isAnswer = role === "assistant";
    const isStreaming = status === "streaming";
    const author = isAnswer
      ? (model ?? "…")
      : role === "user"
        ? t.you
        : role === "tool"
          ? t.tool
          : t.system;
    const actionsBar = (
      <span class="message-actions">
        <CopyButton text={() => text} label={t.copyMessage} />
        {isAnswer && actions.canAsk && (
          <IconButton icon="retry" label={t.again} onClick={() => actions.again(message)} />
        )}
        {role === "user" && actions.canAsk && (
          <IconButton icon="edit" label={t.edit} onClick={() => actions.edit(message)} />
        )}
        <IconButton icon="fork" label={t.fork} onClick={() => actions.fork(message)} />
      </span>
    );
    return (
      <article class={`message message-${role}`} data-status={status} aria-label={author}>
        <header class="message-head">
          <span class={isAnswer ? "message-author mono" : "message-author"}>{author}</span>
          {isStreaming && <Badge tone="accent">{text === "" ? t.waiting : t.answering}</Badge>}
          {status === "failed" && <Badge tone="bad">{t.failed}</Badge>}
          <time
            class="small muted"
            dateTime={message.created_at}
            title={dateTime(message.created_at)}
          >
            {clockTime(message.created_at)}
          </time>
          {!isAnswer && actionsBar}
        </header>
        {isAnswer ? (
          text !== "" && <Text text={text} isGrowing={isStreaming} />
        ) : (
          <p class="plain">{text}</p>
        )}
        {imagesOf(content).map((url) => (
          <img key={url} src={url} alt="" class="message-image" />
        ))}
        {message.tool_calls?.map((call, index) => (
          <pre class="message-call" key={index} tabIndex={0}>
            {JSON.stringify(call, null, 2)}
          </pre>
        ))}
        {isStreaming && <span class="cursor" aria-hidden="true" />}
        {(status === "truncated" || status === "cancelled") && (
          <p class="box box-warn small">{status === "truncated" ? t.truncated : t.cancelled}</p>
        )}
        {status === "failed" && errorOf(message) !== "" && (
          <p class="box box-bad small">{errorOf(message)}</p>
        )}
        {isAnswer && !isStreaming && (
          <footer class="message-foot small muted">
            <Figures message={message} />
            {actionsBar}
          </footer>
        )}
      </article>
    );
  },
);
