import { definePage } from "../define.ts";

export const eventsPage = definePage({
  id: "events",
  title: ["Events", "Ereignisse"],
  icon: "events",
  group: "system",
  order: 3,
  permission: "read",
  looksBack: true,
  load: () => import("./view.tsx"),
});
