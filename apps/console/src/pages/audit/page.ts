import { definePage } from "../define.ts";

export const auditPage = definePage({
  id: "audit",
  title: ["Audit and errors", "Audit und Fehler"],
  icon: "audit",
  group: "admin",
  order: 2,
  permission: "admin",
  looksBack: false,
  load: () => import("./view.tsx"),
});
