import { signal } from "@preact/signals";
import { useResource } from "../../store/resource.ts";
import { t } from "./words.ts";

const KEY = "vega.model";

/** The model that is asked; null: the preferred one. */
export const model = signal<string | null>(localStorage.getItem(KEY));

interface Models {
  readonly data: readonly { readonly id: string; readonly owned_by: string }[];
}

export function ModelPicker() {
  const models = useResource<Models>("/v1/models");
  const list = models.value?.data ?? [];
  const owners = [...new Set(list.map(({ owned_by }) => owned_by))];
  const isKnown = list.some(({ id }) => id === model.value);
  return (
    <label class="model-picker">
      <span class="visually-hidden">{t.model}</span>
      <select
        value={isKnown ? (model.value ?? "") : ""}
        onChange={({ currentTarget: { value } }) => {
          model.value = value || null;
          if (value) localStorage.setItem(KEY, value);
          else localStorage.removeItem(KEY);
        }}
      >
        <option value="">{t.preferred}</option>
        {owners.map((owner) => (
          <optgroup key={owner} label={owner}>
            {list
              .filter(({ owned_by }) => owned_by === owner)
              .map(({ id }) => (
                <option key={id} value={id}>
                  {id}
                </option>
              ))}
          </optgroup>
        ))}
      </select>
    </label>
  );
}
