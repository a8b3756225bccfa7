import { definePage } from "../define.ts";
import { t } from "./words.ts";

export const timePage = definePage({
  id: "time",
  title: () => t.title,
  icon: "time",
  group: "system",
  order: 2,
  permission: "read",
  looksBack: false,
  load: () => import("./view.tsx"),
});
