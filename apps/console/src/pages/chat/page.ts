import { definePage } from "../define.ts";

export const chatPage = definePage({
  id: "chat",
  title: ["Chat", "Chat"],
  icon: "chat",
  group: "work",
  order: 1,
  permission: "memory",
  looksBack: false,
  load: () => import("./view.tsx"),
});
