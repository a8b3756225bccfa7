import { definePage } from "../define.ts";
import { t } from "./words.ts";

export const chatPage = definePage({
  id: "chat",
  title: () => t.title,
  icon: "chat",
  group: "work",
  order: 1,
  permission: "memory",
  looksBack: false,
  load: () => import("./view.tsx"),
});
