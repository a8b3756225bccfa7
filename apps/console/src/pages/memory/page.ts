import { definePage } from "../define.ts";
import { t } from "./words.ts";

export const memoryPage = definePage({
  id: "memory",
  title: () => t.title,
  icon: "memory",
  group: "work",
  order: 4,
  permission: "read",
  looksBack: true,
  load: () => import("./view.tsx"),
});
