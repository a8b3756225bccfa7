import { CopyButton } from "./controls.tsx";

/** A value as indented JSON. */
export function JsonBlock({ value, label }: { value: unknown; label: string }) {
  const text = JSON.stringify(value, null, 2);
  return (
    <div class="code">
      <CopyButton text={() => text} />
      {/* Focusable, so that the keyboard can scroll it. */}
      <pre tabIndex={0} aria-label={label} role="region">
        {text}
      </pre>
    </div>
  );
}
