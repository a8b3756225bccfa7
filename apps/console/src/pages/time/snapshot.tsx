import type { JsonObject } from "@vega/contracts";
import { number } from "../../i18n/format.ts";
import { useResource } from "../../store/resource.ts";
import { Badge } from "../../ui/controls.tsx";
import { Loaded } from "../../ui/state.tsx";
import { common } from "../../ui/words.ts";
import { t } from "./words.ts";

interface CoreState {
  readonly status: string;
  readonly power: number;
}

/** GET /api/status, as far as it is shown. */
interface Status {
  readonly meta: { readonly infinity_loop_iteration: number };
  readonly infinity_loop: { readonly active: boolean; readonly current_phase: number };
  readonly alpha_resonance: CoreState;
  readonly omega_resonance: CoreState;
  readonly vega_resonance: CoreState;
  readonly mirror_core: CoreState;
  readonly agents: readonly { readonly name: string; readonly state: string }[];
  readonly modules: Readonly<Record<string, JsonObject>>;
}

/** The system at one sequence, in short. */
export function Snapshot({ sequence }: { sequence: number }) {
  const status = useResource<Status>(`/api/status?sequence=${sequence}`);
  return (
    <Loaded of={status} retry={status.reload} lines={7}>
      {(value) => {
        const cores = {
          alpha: value.alpha_resonance,
          omega: value.omega_resonance,
          vega: value.vega_resonance,
          mirror: value.mirror_core,
        };
        const off = Object.entries(value.modules)
          .filter(([, module]) => module["status"] !== "active")
          .map(([name]) => name);
        return (
          <dl class="pairs">
            <dt>{t.loop}</dt>
            <dd>
              {value.infinity_loop.active ? t.on : t.off}, {t.iteration}{" "}
              {number(value.meta.infinity_loop_iteration)}, {t.phase}{" "}
              {value.infinity_loop.current_phase}
            </dd>
            <dt>{t.cores}</dt>
            <dd class="row number">
              {Object.entries(cores).map(([name, { power }]) => (
                <span key={name}>
                  {name} <strong>{power}</strong>
                </span>
              ))}
            </dd>
            <dt>{t.agents}</dt>
            <dd class="row">
              {value.agents.map(({ name, state }) => (
                <span key={name}>
                  {name} <Badge>{state}</Badge>
                </span>
              ))}
            </dd>
            <dt>{t.modules}</dt>
            <dd>{off.length === 0 ? common.none : off.join(", ")}</dd>
          </dl>
        );
      }}
    </Loaded>
  );
}
