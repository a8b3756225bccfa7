import { definePage } from "../define.ts";

export const timePage = definePage({
  id: "time",
  title: ["Time", "Zeit"],
  icon: "time",
  group: "system",
  order: 2,
  permission: "read",
  looksBack: false,
  load: () => import("./view.tsx"),
});
