import { useSignal } from "@preact/signals";
import type { ComponentChildren } from "preact";
import { useEffect, useId, useRef } from "preact/hooks";
import { announce } from "../shell/announcer.tsx";
import type { ApiError } from "../api/client.ts";
import { Icon } from "./icon.tsx";
import type { IconName } from "./icon.tsx";
import { messageOf } from "./state.tsx";
import { common } from "./words.ts";

/** A button with an icon only; its name is shown as a tooltip too. */
export const IconButton = ({
  icon,
  label,
  onClick,
  disabled,
  class: extra = "",
}: {
  icon: IconName;
  label: string;
  onClick: () => void;
  disabled?: boolean;
  class?: string;
}) => (
  <button
    type="button"
    class={`icon-button ${extra}`}
    aria-label={label}
    title={label}
    onClick={onClick}
    disabled={disabled}
  >
    <Icon name={icon} />
  </button>
);

export const Badge = ({
  tone = "plain",
  children,
}: {
  tone?: "plain" | "good" | "warn" | "bad" | "accent";
  children: ComponentChildren;
}) => <span class={`badge badge-${tone}`}>{children}</span>;

/** A label with its control, a hint and an error below it. */
export function Field({
  label,
  hint,
  error,
  children,
}: {
  label: string;
  hint?: ComponentChildren;
  error?: string | undefined;
  children: (ids: { id: string; "aria-describedby"?: string }) => ComponentChildren;
}) {
  const id = useId();
  const about = hint || error ? `${id}-about` : undefined;
  return (
    <div class="field">
      <label for={id}>{label}</label>
      {children({ id, ...(about && { "aria-describedby": about }) })}
      {about && (
        <p id={about} class={error ? "field-error" : "field-hint"}>
          {error ?? hint}
        </p>
      )}
    </div>
  );
}

/** A group of mutually exclusive choices. */
export function Choice<Value extends string>({
  label,
  values,
  value,
  onChange,
}: {
  label: string;
  values: readonly (readonly [Value, string])[];
  value: Value;
  onChange: (next: Value) => void;
}) {
  const name = useId();
  return (
    <fieldset class="choice">
      <legend class="visually-hidden">{label}</legend>
      {values.map(([one, text]) => (
        <label key={one} class={one === value ? "chosen" : ""}>
          <input type="radio" name={name} checked={one === value} onChange={() => onChange(one)} />
          {text}
        </label>
      ))}
    </fieldset>
  );
}

/** A dialog that takes the focus; Escape closes it. */
export function Dialog({
  title,
  onClose,
  children,
  wide = false,
}: {
  title: string;
  onClose: () => void;
  children: ComponentChildren;
  wide?: boolean;
}) {
  const dialog = useRef<HTMLDialogElement>(null);
  const id = useId();
  useEffect(() => {
    const { current } = dialog;
    if (current && !current.open) current.showModal();
    return () => current?.close();
  }, []);
  return (
    <dialog
      ref={dialog}
      class={wide ? "dialog dialog-wide" : "dialog"}
      aria-labelledby={id}
      onClose={onClose}
      onClick={(event) => event.target === dialog.current && onClose()}
    >
      <div class="dialog-body">
        <header class="dialog-head">
          <h2 id={id}>{title}</h2>
          <IconButton icon="close" label={common.close} onClick={onClose} />
        </header>
        {children}
      </div>
    </dialog>
  );
}

export interface Action<Arguments extends readonly unknown[]> {
  run(...values: Arguments): Promise<boolean>;
  readonly isRunning: boolean;
  readonly error: ApiError | undefined;
  clear(): void;
}

/**
 * A change with its progress and its error. `run` resolves to whether it succeeded.
 * @param done text that the live region announces
 */
export function useAction<Arguments extends readonly unknown[]>(
  act: (...values: Arguments) => Promise<unknown>,
  done?: () => string,
): Action<Arguments> {
  const state = useSignal<{ isRunning: boolean; error: ApiError | undefined }>({
    isRunning: false,
    error: undefined,
  });
  return {
    ...state.value,
    clear: () => (state.value = { isRunning: false, error: undefined }),
    async run(...values) {
      if (state.peek().isRunning) return false;
      state.value = { isRunning: true, error: undefined };
      try {
        await act(...values);
        state.value = { isRunning: false, error: undefined };
        if (done) announce(done());
        return true;
      } catch (error) {
        state.value = { isRunning: false, error: error as ApiError };
        announce(messageOf(error as ApiError));
        return false;
      }
    },
  };
}

/** A form that is sent by script; Enter sends it. */
export const Form = ({
  onSubmit,
  children,
  class: extra = "form",
  ...rest
}: {
  onSubmit: () => void;
  children: ComponentChildren;
  class?: string;
  "aria-label"?: string;
}) => (
  <form
    class={extra}
    {...rest}
    onSubmit={(event) => {
      event.preventDefault();
      onSubmit();
    }}
  >
    {children}
  </form>
);

/** A button that copies a text. */
export function CopyButton({ text, label = common.copy }: { text: () => string; label?: string }) {
  const isDone = useSignal(false);
  useEffect(() => {
    if (!isDone.value) return undefined;
    const timer = setTimeout(() => (isDone.value = false), 1_500);
    return () => clearTimeout(timer);
  }, [isDone.value]);
  return (
    <IconButton
      icon={isDone.value ? "check" : "copy"}
      label={isDone.value ? common.copied : label}
      onClick={() => {
        void copy(text()).then((isCopied) => {
          isDone.value = isCopied;
          if (isCopied) announce(common.copied);
        });
      }}
    />
  );
}

/** The clipboard needs a secure page; the selection of a text field works everywhere. */
async function copy(text: string): Promise<boolean> {
  if (navigator.clipboard) {
    return navigator.clipboard.writeText(text).then(
      () => true,
      () => false,
    );
  }
  const area = document.createElement("textarea");
  area.value = text;
  document.body.append(area);
  area.select();
  const isCopied = document.execCommand("copy");
  area.remove();
  return isCopied;
}
