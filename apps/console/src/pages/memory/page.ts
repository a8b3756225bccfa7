import { definePage } from "../define.ts";

export const memoryPage = definePage({
  id: "memory",
  title: ["Memory", "Speicher"],
  icon: "memory",
  group: "work",
  order: 4,
  permission: "read",
  looksBack: true,
  load: () => import("./view.tsx"),
});
