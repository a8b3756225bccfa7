import { definePage } from "../define.ts";

export const operationsPage = definePage({
  id: "operations",
  title: ["Operations", "Betrieb"],
  icon: "operations",
  group: "admin",
  order: 3,
  permission: "admin",
  looksBack: false,
  load: () => import("./view.tsx"),
});
