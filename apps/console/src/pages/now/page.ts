import { definePage } from "../define.ts";
import { t } from "./words.ts";

export const nowPage = definePage({
  id: "now",
  title: () => t.title,
  icon: "now",
  group: "system",
  order: 1,
  permission: "read",
  looksBack: true,
  load: () => import("./view.tsx"),
});
