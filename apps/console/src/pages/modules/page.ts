import { definePage } from "../define.ts";

export const modulesPage = definePage({
  id: "modules",
  title: ["Modules", "Module"],
  icon: "modules",
  group: "work",
  order: 3,
  permission: "read",
  looksBack: true,
  load: () => import("./view.tsx"),
});
