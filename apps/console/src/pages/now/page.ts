import { definePage } from "../define.ts";

export const nowPage = definePage({
  id: "now",
  title: ["Now", "Jetzt"],
  icon: "now",
  group: "system",
  order: 1,
  permission: "read",
  looksBack: true,
  load: () => import("./view.tsx"),
});
