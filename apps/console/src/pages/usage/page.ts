import { definePage } from "../define.ts";

export const usagePage = definePage({
  id: "usage",
  title: ["Usage", "Verbrauch"],
  icon: "usage",
  group: "work",
  order: 5,
  permission: "account",
  looksBack: false,
  load: () => import("./view.tsx"),
});
