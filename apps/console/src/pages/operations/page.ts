import { definePage } from "../define.ts";
import { t } from "./words.ts";

export const operationsPage = definePage({
  id: "operations",
  title: () => t.title,
  icon: "operations",
  group: "admin",
  order: 3,
  permission: "admin",
  looksBack: false,
  load: () => import("./view.tsx"),
});
