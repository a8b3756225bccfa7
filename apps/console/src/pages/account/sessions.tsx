import { write } from "../../api/client.ts";
import { ago, dateTime } from "../../i18n/format.ts";
import { useResource } from "../../store/resource.ts";
import { Badge, IconButton, useAction } from "../../ui/controls.tsx";
import { useNow } from "../../ui/clock.ts";
import { ErrorBox, Loaded } from "../../ui/state.tsx";
import { t } from "./words.ts";

interface Session {
  readonly id: string;
  readonly last_used_at: string;
  readonly address: string | null;
  readonly user_agent: string | null;
  readonly current: boolean;
}

/** "Firefox, Linux" of a user agent; the text itself where it is another. */
export function deviceOf(agent: string | null): string {
  if (agent === null) return "–";
  const browser = /(Edg|Firefox|Chrome|Safari|curl)\/[\d.]+/.exec(agent)?.[1];
  const system = /(Windows|Android|iPhone|iPad|Mac OS|Linux)/.exec(agent)?.[1];
  const name = browser === "Edg" ? "Edge" : browser;
  return [name, system].filter((part) => part !== undefined).join(", ") || agent;
}

export function Sessions() {
  const now = useNow();
  const sessions = useResource<readonly Session[]>("/api/auth/sessions");
  const end = useAction(
    async (path: string) => {
      await write("DELETE", path);
      sessions.reload();
    },
    () => t.ended,
  );
  return (
    <section class="panel" aria-labelledby="sessions">
      <div class="panel-head">
        <h2 id="sessions">{t.sessions}</h2>
        {(sessions.value?.length ?? 0) > 1 && (
          <button
            type="button"
            class="button button-small"
            onClick={() => void end.run("/api/auth/sessions?keep_current=true")}
          >
            {t.endOthers}
          </button>
        )}
      </div>
      {end.error && <ErrorBox error={end.error} />}
      <Loaded of={sessions} retry={sessions.reload}>
        {(list) => (
          <ul class="list account-sessions">
            {list.map(({ id, user_agent, address, last_used_at, current }) => (
              <li key={id} class="row">
                <span title={user_agent ?? undefined}>{deviceOf(user_agent)}</span>
                {current && <Badge tone="good">{t.current}</Badge>}
                <span class="grow small muted">
                  {address} · <time title={dateTime(last_used_at)}>{ago(last_used_at, now)}</time>
                </span>
                {!current && (
                  <IconButton
                    icon="close"
                    label={t.end}
                    onClick={() => void end.run(`/api/auth/sessions/${id}`)}
                  />
                )}
              </li>
            ))}
          </ul>
        )}
      </Loaded>
    </section>
  );
}
