import { definePage } from "../define.ts";
import { t } from "./words.ts";

export const modulesPage = definePage({
  id: "modules",
  title: () => t.title,
  icon: "modules",
  group: "work",
  order: 3,
  permission: "read",
  looksBack: true,
  load: () => import("./view.tsx"),
});
