import { useSignal } from "@preact/signals";
import type { JsonObject } from "@vega/contracts";
import type { MemoryEntryView } from "@vega/contracts/memory/apply";
import { ApiError, withQuery, write } from "../../api/client.ts";
import { SaveActions } from "../../ui/save-actions.tsx";
import { Dialog, Field, Form, useAction } from "../../ui/controls.tsx";
import { textOf, valueOf } from "./value.ts";
import { t } from "./words.ts";

export interface Target {
  readonly namespace: string;
  readonly shared: boolean;
}

export const pathOf = ({ namespace, shared }: Target, key?: string): string => {
  const path = ["/api/memory", namespace, ...(key === undefined ? [] : [key])];
  return withQuery(path.map((part, at) => (at === 0 ? part : encodeURIComponent(part))).join("/"), {
    shared: shared || undefined,
  });
};

export function ValueDialog({
  target,
  entry,
  onClose,
}: {
  target: Target;
  entry: MemoryEntryView | null;
  onClose: (namespace?: string) => void;
}) {
  const namespace = useSignal(target.namespace);
  const key = useSignal(entry?.key ?? "");
  const value = useSignal(entry ? textOf(entry.value) : "");
  const ttl = useSignal("");
  const save = useAction(
    () =>
      write("PUT", pathOf({ ...target, namespace: namespace.peek() }, key.peek()), {
        value: valueOf(value.peek()),
        ...(ttl.peek() !== "" && { ttl_seconds: Number(ttl.peek()) }),
      }),
    () => t.saved,
  );
  const field = (label: string, text: typeof key) => (
    <Field label={label}>
      {(ids) => (
        <input
          {...ids}
          type="text"
          required
          disabled={entry !== null}
          value={text.value}
          onInput={({ currentTarget }) => (text.value = currentTarget.value)}
        />
      )}
    </Field>
  );
  return (
    <Dialog title={entry ? t.edit(entry.key) : t.new} onClose={() => onClose()} wide>
      <Form onSubmit={() => void save.run().then((isDone) => isDone && onClose(namespace.peek()))}>
        <div class="filters">
          {field(t.namespace, namespace)}
          {field(t.key, key)}
          <Field label={t.ttl} hint={t.ttlHint}>
            {(ids) => (
              <input
                {...ids}
                type="number"
                min={1}
                value={ttl.value}
                onInput={({ currentTarget }) => (ttl.value = currentTarget.value)}
              />
            )}
          </Field>
        </div>
        <Field label={t.value} hint={t.valueHint}>
          {(ids) => (
            <textarea
              {...ids}
              class="mono"
              rows={8}
              spellcheck={false}
              value={value.value}
              onInput={({ currentTarget }) => (value.value = currentTarget.value)}
            />
          )}
        </Field>
        <SaveActions action={save} onCancel={() => onClose()} />
      </Form>
    </Dialog>
  );
}

export function SchemaDialog({
  target,
  schema,
  onClose,
}: {
  target: Target;
  schema: JsonObject | null;
  onClose: (isDone: boolean) => void;
}) {
  const text = useSignal(schema === null ? "" : JSON.stringify(schema, null, 2));
  const save = useAction(
    async () => {
      let next: unknown = null;
      try {
        if (text.peek().trim() !== "") next = JSON.parse(text.peek());
      } catch {
        throw new ApiError(0, "invalid", t.notJson);
      }
      await write("PUT", pathOf(target), { schema: next });
    },
    () => t.schemaSaved,
  );
  return (
    <Dialog title={`${t.schema}: ${target.namespace}`} onClose={() => onClose(false)} wide>
      <Form onSubmit={() => void save.run().then((isDone) => isDone && onClose(true))}>
        <Field label={t.schema} hint={t.schemaText}>
          {(ids) => (
            <textarea
              {...ids}
              class="mono"
              rows={14}
              spellcheck={false}
              value={text.value}
              onInput={({ currentTarget }) => (text.value = currentTarget.value)}
            />
          )}
        </Field>
        <SaveActions action={save} onCancel={() => onClose(false)} />
      </Form>
    </Dialog>
  );
}
