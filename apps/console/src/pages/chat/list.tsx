import { useSignal } from "@preact/signals";
import type { ConversationView } from "@vega/contracts/conversations/apply";
import { useEffect } from "preact/hooks";
import type { ApiError } from "../../api/client.ts";
import { get, withQuery } from "../../api/client.ts";
import { ago } from "../../i18n/format.ts";
import { hrefOf, route, setQuery } from "../../router.ts";
import { conversationsSlice } from "../../store/slices.ts";
import { useSlice } from "../../store/slice.ts";
import { useNow } from "../../ui/clock.ts";
import { Icon } from "../../ui/icon.tsx";
import { ErrorBox, Loaded, Skeleton } from "../../ui/state.tsx";
import { t } from "./words.ts";

interface Found extends ConversationView {
  readonly found?: { readonly message_id: string | null; readonly excerpt: string };
}
interface FoundPage {
  readonly conversations: readonly Found[];
  readonly next_cursor: string | null;
}

const PAUSE_MS = 200;
/** Each page examines a limited number of messages and may have none. */
const MAX_PAGES = 8;

function useSearch(text: string) {
  const found = useSignal<readonly Found[] | undefined>(undefined);
  const error = useSignal<ApiError | undefined>(undefined);
  useEffect(() => {
    found.value = undefined;
    error.value = undefined;
    if (text === "") return undefined;
    const controller = new AbortController();
    const search = async () => {
      const all: Found[] = [];
      let cursor: string | null = null;
      for (let page = 0; page < MAX_PAGES; page += 1) {
        const path: string = withQuery("/api/conversations", { search: text, cursor, limit: 50 });
        const { body }: { body: FoundPage } = await get<FoundPage>(path, controller.signal);
        all.push(...body.conversations);
        cursor = body.next_cursor;
        if (cursor === null) break;
      }
      found.value = all;
    };
    const timer = setTimeout(() => {
      search().catch((caught: unknown) => {
        if (!controller.signal.aborted) error.value = caught as ApiError;
      });
    }, PAUSE_MS);
    return () => {
      clearTimeout(timer);
      controller.abort();
    };
  }, [text]);
  return { found: found.value, error: error.value };
}

function Items({
  list,
  current,
  none,
  onPicked,
}: {
  list: readonly Found[];
  current: string | undefined;
  none: string;
  onPicked: () => void;
}) {
  const now = useNow();
  if (list.length === 0) return <p class="chat-none muted small">{none}</p>;
  return (
    <ul>
      {list.map(({ id, title, updated_at, found }) => (
        <li key={id}>
          <a
            href={hrefOf("chat", [id])}
            aria-current={id === current ? "page" : undefined}
            onClick={onPicked}
          >
            <span class="chat-title">{title || t.untitled}</span>
            <span class="chat-when small muted">{ago(updated_at, now)}</span>
            {found && found.message_id !== null && (
              <span class="chat-excerpt small muted">{found.excerpt}</span>
            )}
          </a>
        </li>
      ))}
    </ul>
  );
}

/** The conversations of the account, and a search in them. */
export function ConversationList({
  current,
  onPicked,
}: {
  current: string | undefined;
  onPicked: () => void;
}) {
  const text = route.value.query.get("q") ?? "";
  const conversations = useSlice(conversationsSlice);
  const { found, error } = useSearch(text);
  return (
    <aside class="chat-list" aria-label={t.conversations}>
      <div class="chat-list-head">
        <a class="button" href={hrefOf("chat")} onClick={onPicked}>
          <Icon name="plus" />
          {t.new}
        </a>
        <input
          type="search"
          aria-label={t.search}
          placeholder={t.search}
          value={text}
          onInput={({ currentTarget }) => setQuery({ q: currentTarget.value || null })}
        />
      </div>
      <nav class="chat-items" aria-label={t.conversations}>
        {text === "" ? (
          <Loaded of={conversations} retry={conversationsSlice.reload}>
            {({ conversations: list }) => (
              <Items list={list} current={current} none={t.none} onPicked={onPicked} />
            )}
          </Loaded>
        ) : (
          <>
            {error && <ErrorBox error={error} />}
            {!found && !error && <Skeleton />}
            {found && (
              <Items list={found} current={current} none={t.noneFound} onPicked={onPicked} />
            )}
          </>
        )}
      </nav>
    </aside>
  );
}
