import type { SseEvent } from "../define/apply.ts";
import type { Alert } from "./documents.ts";

/** An alert in GET /api/alerts. */
export interface AlertView extends Alert {
  readonly raised_by: string;
  readonly sequence: number;
  readonly time: string;
}

/** Part of the response of GET /api/alerts: newest first. */
export interface AlertsView {
  readonly alerts: readonly AlertView[];
  readonly next_cursor: string | number | null;
}

interface Raised extends SseEvent {
  readonly alert: Alert;
  readonly raised_by: string;
  readonly sequence: number;
  readonly time: string;
}

/** Folds `alert_raised`: a new alert is the first one. */
export function applyAlerts(view: AlertsView, event: SseEvent): AlertsView {
  if (event.type !== "alert_raised") return view;
  const { alert, raised_by, sequence, time } = event as Raised;
  return { ...view, alerts: [{ ...alert, raised_by, sequence, time }, ...view.alerts] };
}
