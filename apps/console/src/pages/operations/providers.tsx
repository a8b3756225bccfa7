import { useResource } from "../../store/resource.ts";
import { may } from "../../session/session.ts";
import { Badge } from "../../ui/controls.tsx";
import { Loaded } from "../../ui/state.tsx";
import { t } from "./words.ts";

const KEYS = {
  openai: "OPENAI_API_KEY",
  anthropic: "ANTHROPIC_API_KEY",
  xai: "XAI_API_KEY",
  deepseek: "DEEPSEEK_API_KEY",
} as const;

interface ProviderStatus {
  readonly status: "ready" | "needs_key";
  readonly model: string | null;
}

function Provider({ name }: { name: keyof typeof KEYS }) {
  const provider = useResource<ProviderStatus>(`/api/${name}/status`);
  return (
    <li>
      <Loaded of={provider} retry={provider.reload} lines={1}>
        {({ status, model }) => (
          <>
            <div class="row">
              <strong>{name}</strong>
              <Badge tone={status === "ready" ? "good" : "plain"}>
                {status === "ready" ? t.ready : t.needsKey}
              </Badge>
              {model && <span class="small mono muted">{model}</span>}
            </div>
            {status !== "ready" && <p class="small muted">{t.addKey(KEYS[name])}</p>}
          </>
        )}
      </Loaded>
    </li>
  );
}

/** The usual providers and the setting that adds each, and every model that can be asked. */
export function Providers() {
  const models = useResource<{ data: readonly { id: string; owned_by: string }[] }>(
    may("chat") ? "/v1/models" : null,
  );
  return (
    <section class="panel" aria-labelledby="providers">
      <div class="panel-head">
        <h2 id="providers">{t.providers}</h2>
      </div>
      <ul class="list">
        {Object.keys(KEYS).map((name) => (
          <Provider key={name} name={name as keyof typeof KEYS} />
        ))}
        <li class="stack">
          <strong>{t.models}</strong>
          <Loaded of={models} retry={models.reload} lines={2}>
            {({ data }) => (
              <div class="row">
                {data.map(({ id }) => (
                  <span class="badge mono" key={id}>
                    {id}
                  </span>
                ))}
              </div>
            )}
          </Loaded>
        </li>
      </ul>
    </section>
  );
}
