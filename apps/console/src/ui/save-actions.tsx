import type { Action } from "./controls.tsx";
import { ErrorBox } from "./state.tsx";
import { common } from "./words.ts";

/** The end of a form in a dialog: the error of the last attempt, cancel and save. */
export const SaveActions = ({
  action,
  onCancel,
}: {
  action: Pick<Action<never>, "error" | "isRunning">;
  onCancel: () => void;
}) => (
  <>
    {action.error && <ErrorBox error={action.error} />}
    <div class="actions actions-end">
      <button type="button" class="button" onClick={onCancel}>
        {common.cancel}
      </button>
      <button class="button button-primary" disabled={action.isRunning}>
        {common.save}
      </button>
    </div>
  </>
);
