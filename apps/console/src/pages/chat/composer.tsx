import type { Signal } from "@preact/signals";
import { useEffect, useRef } from "preact/hooks";
import { IconButton } from "../../ui/controls.tsx";
import { Icon } from "../../ui/icon.tsx";
import { ModelPicker } from "./model-picker.tsx";
import { t } from "./words.ts";

/** The field for the next question, and the button that stops an answer. */
export function Composer({
  draft,
  isAnswering,
  onSend,
  onStop,
}: {
  draft: Signal<string>;
  isAnswering: boolean;
  onSend: () => void;
  onStop: () => void;
}) {
  const area = useRef<HTMLTextAreaElement>(null);
  useEffect(() => area.current?.focus({ preventScroll: true }), []);
  return (
    <form
      class="composer"
      onSubmit={(event) => {
        event.preventDefault();
        onSend();
      }}
    >
      <textarea
        ref={area}
        rows={2}
        aria-label={t.message}
        placeholder={t.placeholder}
        value={draft.value}
        onInput={({ currentTarget }) => (draft.value = currentTarget.value)}
        onKeyDown={(event) => {
          // An input method uses Enter for itself.
          if (event.key !== "Enter" || event.shiftKey || event.isComposing) return;
          event.preventDefault();
          onSend();
        }}
      />
      <div class="composer-foot">
        <ModelPicker />
        {isAnswering ? (
          <IconButton icon="stop" label={t.stop} onClick={onStop} class="composer-stop" />
        ) : (
          <button class="button button-primary" disabled={draft.value.trim() === ""}>
            {t.send}
            <Icon name="send" />
          </button>
        )}
      </div>
    </form>
  );
}
