import { definePage } from "../define.ts";
import { t } from "./words.ts";

export const usagePage = definePage({
  id: "usage",
  title: () => t.title,
  icon: "usage",
  group: "work",
  order: 5,
  permission: "account",
  looksBack: false,
  load: () => import("./view.tsx"),
});
