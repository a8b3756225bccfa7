import { definePage } from "../define.ts";
import { t } from "./words.ts";

export const auditPage = definePage({
  id: "audit",
  title: () => t.title,
  icon: "audit",
  group: "admin",
  order: 2,
  permission: "admin",
  looksBack: false,
  load: () => import("./view.tsx"),
});
