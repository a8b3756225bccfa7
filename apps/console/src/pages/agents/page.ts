import { definePage } from "../define.ts";
import { t } from "./words.ts";

export const agentsPage = definePage({
  id: "agents",
  title: () => t.title,
  icon: "agents",
  group: "work",
  order: 2,
  permission: "read",
  looksBack: true,
  load: () => import("./view.tsx"),
});
