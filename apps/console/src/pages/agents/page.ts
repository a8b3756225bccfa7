import { definePage } from "../define.ts";

export const agentsPage = definePage({
  id: "agents",
  title: ["Agents", "Agenten"],
  icon: "agents",
  group: "work",
  order: 2,
  permission: "read",
  looksBack: true,
  load: () => import("./view.tsx"),
});
