import "./memory.css";
import { useSignal } from "@preact/signals";
import type { Json } from "@vega/contracts";
import { useEffect } from "preact/hooks";
import { withQuery } from "../../api/client.ts";
import { onEvent } from "../../live/live.ts";
import { hrefOf, navigate, route, setQuery } from "../../router.ts";
import { isSignedIn, may } from "../../session/session.ts";
import { useResource } from "../../store/resource.ts";
import { isPast, moment, momentQuery } from "../../time/moment.ts";
import { Badge, Choice } from "../../ui/controls.tsx";
import { Icon } from "../../ui/icon.tsx";
import { JsonBlock } from "../../ui/json.tsx";
import { Empty, Loaded } from "../../ui/state.tsx";
import type { ViewProps } from "../define.ts";
import { ValueDialog } from "./dialogs.tsx";
import { Namespace } from "./namespace.tsx";
import { t } from "./words.ts";

interface Namespaces {
  readonly namespaces: readonly { readonly namespace: string; readonly has_schema: boolean }[];
}

/** The namespace default as it was: the API looks back for that one. */
function Past({ shared }: { shared: boolean }) {
  const path = withQuery("/api/memory", {
    ...momentQuery(moment.value),
    shared: shared || undefined,
  });
  const past = useResource<{ memory: Readonly<Record<string, Json>> }>(path);
  return (
    <section class="panel" aria-labelledby="past">
      <div class="panel-head">
        <h2 id="past" class="mono">
          default
        </h2>
        <p class="small muted">{t.past}</p>
      </div>
      <div class="panel-body">
        <Loaded of={past} retry={past.reload}>
          {({ memory }) =>
            Object.keys(memory).length === 0 ? (
              <Empty title={t.empty} />
            ) : (
              <JsonBlock value={memory} label="default" />
            )
          }
        </Loaded>
      </div>
    </section>
  );
}

function Present({ chosen, shared }: { chosen: string | undefined; shared: boolean }) {
  const list = useResource<Namespaces>(
    withQuery("/api/memory-namespaces", { limit: 500, shared: shared || undefined }),
  );
  useEffect(
    () =>
      onEvent((event) => {
        const { namespace } = event as typeof event & { namespace?: string };
        if (event.type !== "memory_changed" && event.type !== "memory_configured") return;
        const isKnown = list.value?.namespaces.some((one) => one.namespace === namespace);
        if (!isKnown) list.reload();
      }),
    [list.value],
  );
  const query = { shared: shared && isSignedIn.value ? "1" : null };
  const canWrite = shared ? may("operate") : may("memory");
  return (
    <div class="memory-split">
      <section class="panel" aria-labelledby="namespaces">
        <div class="panel-head">
          <h2 id="namespaces">{t.namespaces}</h2>
        </div>
        <Loaded of={list} retry={list.reload}>
          {({ namespaces }) =>
            namespaces.length === 0 ? (
              <Empty title={t.noNamespaces}>{t.noNamespacesText}</Empty>
            ) : (
              <ul class="memory-names">
                {namespaces.map(({ namespace, has_schema }) => (
                  <li key={namespace}>
                    <a
                      class="mono"
                      href={hrefOf("memory", [namespace], query)}
                      aria-current={namespace === chosen || undefined}
                    >
                      {namespace} {has_schema && <Badge>{t.hasSchema}</Badge>}
                    </a>
                  </li>
                ))}
              </ul>
            )
          }
        </Loaded>
      </section>
      {(chosen ?? list.value?.namespaces[0]?.namespace) !== undefined && (
        <Namespace
          target={{ namespace: chosen ?? list.value?.namespaces[0]?.namespace ?? "", shared }}
          canWrite={canWrite}
        />
      )}
    </div>
  );
}

export default function Memory({ rest: [chosen], title }: ViewProps) {
  const hasOwn = may("memory");
  const shared = !hasOwn || route.value.query.get("shared") !== null;
  const isCreating = useSignal(false);
  const canWrite = shared ? may("operate") : hasOwn;
  return (
    <div class="page">
      <header class="page-head">
        <div>
          <h1>{title}</h1>
          <p>{t.subtitle}</p>
        </div>
        <div class="actions">
          {hasOwn && (
            <Choice
              label={t.whose}
              value={shared ? "shared" : "own"}
              values={[
                ["own", t.own],
                ["shared", t.shared],
              ]}
              onChange={(next) => {
                navigate(hrefOf("memory"));
                setQuery({ shared: next === "shared" ? "1" : null });
              }}
            />
          )}
          {canWrite && !isPast.value && (
            <button
              type="button"
              class="button button-primary"
              onClick={() => (isCreating.value = true)}
            >
              <Icon name="plus" />
              {t.new}
            </button>
          )}
        </div>
      </header>
      {isPast.value ? <Past shared={shared} /> : <Present chosen={chosen} shared={shared} />}
      {isCreating.value && (
        <ValueDialog
          target={{ namespace: chosen ?? "default", shared }}
          entry={null}
          onClose={(namespace) => {
            isCreating.value = false;
            if (namespace) navigate(hrefOf("memory", [namespace], { shared: shared ? "1" : null }));
          }}
        />
      )}
    </div>
  );
}
