import { definePage } from "../define.ts";
import { t } from "./words.ts";

export const eventsPage = definePage({
  id: "events",
  title: () => t.title,
  icon: "events",
  group: "system",
  order: 3,
  permission: "read",
  looksBack: true,
  load: () => import("./view.tsx"),
});
