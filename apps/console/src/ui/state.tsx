import type { ComponentChildren } from "preact";
import type { ApiError } from "../api/client.ts";
import type { Loadable } from "../store/loadable.ts";
import { Icon } from "./icon.tsx";
import { common } from "./words.ts";

/** The message of an error in the words of the console where it has some, otherwise the API's. */
export function messageOf(error: ApiError): string {
  if (error.code === "offline") return common.offline;
  if (error.status === 403) return common.forbidden;
  if (error.status === 410) return common.gone;
  return error.message || common.failed;
}

export function ErrorBox({ error, retry }: { error: ApiError; retry?: (() => void) | undefined }) {
  return (
    <div class="box box-bad" role="alert">
      <Icon name="warning" />
      <div class="grow">
        <p>{messageOf(error)}</p>
        {error.details.map(({ path, message }) => (
          <p class="muted small" key={path}>
            <code>{path}</code> {message}
          </p>
        ))}
      </div>
      {retry && (
        <button type="button" class="button" onClick={retry}>
          {common.retry}
        </button>
      )}
    </div>
  );
}

/** What a list says that has nothing, and what to do about it. */
export const Empty = ({ title, children }: { title: string; children?: ComponentChildren }) => (
  <div class="empty">
    <p class="empty-title">{title}</p>
    {children && <div class="muted">{children}</div>}
  </div>
);

/** Lines in the place of what is loaded. */
export const Skeleton = ({ lines = 4 }: { lines?: number }) => (
  <div class="skeleton" aria-busy="true">
    <span class="visually-hidden">{common.loading}</span>
    {Array.from({ length: lines }, (_, index) => (
      <div class="skeleton-line" key={index} />
    ))}
  </div>
);

/** Data in the state that it is in: loading, failed, or there. A newer load that failed leaves the value. */
export function Loaded<Value>({
  of,
  retry,
  lines = 4,
  children,
}: {
  of: Loadable<Value>;
  retry?: () => void;
  lines?: number;
  children: (value: Value) => ComponentChildren;
}) {
  const { value, error } = of;
  return (
    <>
      {error && <ErrorBox error={error} retry={retry} />}
      {value === undefined ? !error && <Skeleton lines={lines} /> : children(value)}
    </>
  );
}
