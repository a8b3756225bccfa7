import { definePage } from "../define.ts";
import { t } from "./words.ts";

export const peoplePage = definePage({
  id: "people",
  title: () => t.title,
  icon: "people",
  group: "admin",
  order: 1,
  permission: "admin",
  looksBack: false,
  load: () => import("./view.tsx"),
});
