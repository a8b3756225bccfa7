import { definePage } from "../define.ts";
import { t } from "./words.ts";

export const accountPage = definePage({
  id: "account",
  title: () => t.title,
  icon: "account",
  group: "account",
  order: 1,
  permission: "account",
  looksBack: false,
  load: () => import("./view.tsx"),
});
